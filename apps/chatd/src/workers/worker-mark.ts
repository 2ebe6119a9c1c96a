const variable = 'CHATD_WORKER';

/** What makes a process that is started with it the worker of this number. */
export const toWorkerMark = (id: number): Readonly<Record<string, string>> => ({ [variable]: String(id) });

/**
 * The number of the worker that this process is; undefined when it is none. The mark is taken away, so that a chatd that
 * somebody starts from here is not taken for a worker; without a channel to a primary it means nothing.
 */
export const takeWorkerMark = (): number | undefined => {
  const text = process.env[variable];
  delete process.env[variable];
  return text === undefined || process.channel === undefined ? undefined : Number(text);
};
