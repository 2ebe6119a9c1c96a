import { request } from 'undici';
import { onTestFinished } from 'vitest';
import { type Answer, type PostOptions, post, type RunningService, startService } from './service.js';

/** A service that is closed with the test. */
export const serve = async (...parameters: Parameters<typeof startService>): Promise<RunningService> => {
  const service = await startService(...parameters);
  onTestFinished(() => service.close());
  return service;
};

const bodyOf = (model: string, more: object): object => ({
  model,
  messages: [{ role: 'user', content: 'hello' }],
  ...more,
});

export const ask = (
  service: RunningService,
  model: string,
  more: object = {},
  options: PostOptions = {},
): Promise<Answer> => post(service, bodyOf(model, more), options);

export const stream = (service: RunningService, model: string, options: PostOptions = {}): Promise<Answer> =>
  ask(service, model, { stream: true }, options);

/** The trail of an answer or an error. */
export const trailOf = (answer: Answer): readonly Record<string, unknown>[] => {
  const body = answer.json<{ attempts?: []; error?: { attempts?: [] } }>();
  return body.attempts ?? body.error?.attempts ?? [];
};

/** A stream whose caller does not read on, as long as it is not told to leave. */
export interface HeldStream {
  /** Reads the rest, and gives all of it. */
  text(): Promise<string>;
  leave(): void;
}

/** Begins a stream and resolves with its first content; the caller leaves with the test. */
export const hold = async (service: RunningService, model: string): Promise<HeldStream> => {
  const caller = new AbortController();
  onTestFinished(() => caller.abort());
  const answer = await request(`${service.url}/v1/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(model, { stream: true })),
    signal: caller.signal,
  });
  answer.body.on('error', () => undefined); // it is cut when the caller leaves
  return { text: () => answer.body.text(), leave: () => caller.abort() };
};

/** The lines of the log about chats. */
export const chatLines = (service: RunningService): readonly Record<string, unknown>[] =>
  service.logs.filter(({ msg }) => msg === 'chat');
