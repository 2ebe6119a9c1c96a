import path from 'node:path';
import { nextMessage, startNode, stopChild } from '../lib/children.mjs';
import { startLlms, startPortkey } from '../peers/start.mjs';
import { startChatd, startGateway } from './chatd.mjs';
import { subjects } from './list.mjs';

const floorFile = path.resolve(import.meta.dirname, '../floors/main.mjs');

const startFloor = (kind) => async (standIn) => {
  const startedAt = performance.now();
  const child = startNode(floorFile, [standIn, kind], { ipc: true });
  const { url } = await nextMessage(child, 'floor');
  return { url, pids: [child.pid], readyMs: performance.now() - startedAt, stop: () => stopChild(child) };
};

const programs = {
  direct: async (standIn, { standInPid }) => ({
    url: standIn,
    pids: [standInPid],
    stop: async () => undefined,
  }),
  floor: startFloor('bytes'),
  'floor-json': startFloor('json'),
  chatd: startChatd,
  gateway: startGateway,
  portkey: startPortkey,
  llms: startLlms,
};

/** Starts what a subject needs: where to send requests, and the processes whose CPU and memory count. */
export const startSubject = async (name, standIn, options = {}) => {
  const { program, path: route, protocol, model } = subjects[name];
  const running = await programs[program](standIn, options);
  const { hostname, port } = new URL(running.url);
  return {
    ...running,
    name,
    protocol,
    model,
    target: { host: hostname, port: Number(port), path: route, headers: running.headers },
    warm: { whole: 0, stream: 0 },
  };
};
