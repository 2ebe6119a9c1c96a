import type { Worker } from 'node:cluster';
import { type BindAddress, ConfigError } from '@lakehouse/config-file';
import type { ConfigSource } from '../load.js';
import { type Generation, openEnvelope, type Send, type ToPrimary, type ToWorker } from './messages.js';
import { sendTo } from './send.js';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a worker has made of a config. */
export interface Prepared {
  readonly providers: readonly string[];
  readonly warnings: readonly string[];
}

/** The same for all workers, and through all reloads. */
export interface Address {
  readonly bind: BindAddress;
  readonly instanceId: string;
}

/** One worker, as the primary sees it. What waits for an answer rejects when the worker ends before. */
export interface Member {
  /** Its number; who takes its place has the same. */
  readonly id: number;
  readonly pid: number | undefined;
  readonly send: Send<ToWorker>;
  /** Whether the process is over; nothing that it sent is heard any more. */
  readonly isOver: boolean;
  readonly ended: Promise<Ending>;
  /** Throws what keeps the config from working. */
  prepare(generation: Generation, source: ConfigSource): Promise<Prepared>;
  /** Of its first config: resolves with the address when it listens. Throws what keeps it from that. */
  listen(generation: Generation, address: Address): Promise<string>;
  /** Resolves with how many requests are in flight, and with how many were cut in the end. */
  drain(deadlineMs: number): { readonly inFlight: Promise<number>; readonly cut: Promise<number> };
  kill(): void;
}

type Answer<Type extends ToPrimary['type']> = Extract<ToPrimary, { readonly type: Type }>;

interface Waiting {
  /** True when this message was waited for. */
  take(message: ToPrimary): boolean;
  fail(error: Error): void;
}

/** `onMessage` is told of all that is no answer to what is asked here. */
export const createMember = (id: number, worker: Worker, onMessage: (message: ToPrimary) => void): Member => {
  const { pid } = worker.process;
  const send = sendTo(worker);
  const waiting = new Set<Waiting>();
  let isOver = false;

  const next = <Type extends ToPrimary['type']>(
    types: readonly Type[],
    isMeant: (message: Answer<Type>) => boolean = () => true,
  ): Promise<Answer<Type>> =>
    new Promise((resolve, reject) => {
      if (isOver) throw new Error('the worker has ended');
      const entry: Waiting = {
        take(message) {
          if (!types.includes(message.type as Type) || !isMeant(message as Answer<Type>)) return false;
          waiting.delete(entry);
          resolve(message as Answer<Type>);
          return true;
        },
        fail: reject,
      };
      waiting.add(entry);
    });

  const ended = new Promise<Ending>((resolve) => {
    const end = (ending: Ending): void => {
      if (isOver) return;
      isOver = true;
      const { code, signal } = ending;
      const error = new Error(`a worker ended (${signal ?? `exit code ${code}`})`);
      for (const entry of waiting) entry.fail(error);
      waiting.clear();
      resolve(ending);
    };
    worker.once('exit', (code: number | null, signal: string | null) => end({ code, signal }));
    worker.on('error', () => {
      if (pid === undefined) end({ code: null, signal: null }); // it could not be started
    });
  });

  worker.on('message', (received: unknown) => {
    const message = isOver ? undefined : openEnvelope<ToPrimary>(received);
    if (message && ![...waiting].some((entry) => entry.take(message))) onMessage(message);
  });

  return {
    id,
    pid,
    send,
    get isOver() {
      return isOver;
    },
    ended,
    async prepare(generation, source) {
      const answer = next(['prepared', 'not-prepared'], (message) => message.generation === generation);
      send({ type: 'prepare', generation, source });
      const message = await answer;
      if (message.type === 'prepared') return message;
      throw message.problems ? new ConfigError(message.problems) : new Error(message.message);
    },
    async listen(generation, address) {
      const answer = next(['listening', 'not-listening']);
      send({ type: 'commit', generation, ...address });
      const message = await answer;
      if (message.type === 'listening') return message.url;
      throw new Error(message.message);
    },
    drain(deadlineMs) {
      const inFlight = next(['draining']).then((message) => message.inFlight);
      const cut = next(['drained']).then((message) => message.cut);
      send({ type: 'drain', deadlineMs });
      return { inFlight, cut };
    },
    kill: () => worker.process.kill('SIGKILL'),
  };
};
