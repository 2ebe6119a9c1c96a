import path from 'node:path';
import { nextMessage, startNode, stopChild } from '../lib/children.mjs';
import { entryOf, isInstalled } from './packages.mjs';

const here = (file) => path.join(import.meta.dirname, file);

const start = async (name, file, args, headers) => {
  if (!isInstalled(name)) throw new Error(`${name} is not installed: run with --peers`);
  const startedAt = performance.now();
  const child = startNode(file, args, {
    nodeArguments: ['--import', here('loopback.mjs')],
    env: { NODE_ENV: 'production' },
    ipc: true,
    quiet: true,
  });
  try {
    const { url } = await nextMessage(child, name, 30_000);
    return {
      url,
      headers,
      pids: [child.pid],
      readyMs: performance.now() - startedAt,
      stop: () => stopChild(child),
    };
  } catch (error) {
    await stopChild(child);
    throw error;
  }
};

/** Portkey's gateway, told by headers where its provider is. */
export const startPortkey = (standIn) =>
  start('portkey', entryOf('portkey'), ['--headless'], {
    authorization: 'Bearer any',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${standIn}/v1`,
  });

/** The server of @musistudio/llms, on its OpenAI route. */
export const startLlms = (standIn) => start('llms', here('llms-server.mjs'), [entryOf('llms'), standIn]);
