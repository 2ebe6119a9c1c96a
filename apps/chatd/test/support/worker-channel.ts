import type { Send, ToPrimary, ToWorker } from '../../src/workers/messages.js';

/** Both ends of what a worker and the primary say to each other: it arrives later, in order, and as a copy. */
export interface WorkerChannel {
  readonly toPrimary: Send<ToPrimary>;
  readonly toWorker: Send<ToWorker>;
  /** All that the worker has said. */
  readonly said: readonly ToPrimary[];
  onWorker: (message: ToWorker) => void;
  onPrimary: (message: ToPrimary) => void;
  /** Nothing arrives any more. */
  cut(): void;
}

export const createWorkerChannel = (): WorkerChannel => {
  const said: ToPrimary[] = [];
  let isCut = false;
  const later = (deliver: () => void): void => {
    setImmediate(() => {
      if (!isCut) deliver();
    });
  };
  const copy = <Message>(message: Message): Message => JSON.parse(JSON.stringify(message)) as Message;
  const channel: WorkerChannel = {
    said,
    toPrimary(message) {
      said.push(message);
      later(() => channel.onPrimary(copy(message)));
    },
    toWorker: (message) => later(() => channel.onWorker(copy(message))),
    onWorker: () => undefined,
    onPrimary: () => undefined,
    cut() {
      isCut = true;
    },
  };
  return channel;
};

/** Resolves when everything that was said has arrived, and what was answered to it. */
export const arrived = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
};
