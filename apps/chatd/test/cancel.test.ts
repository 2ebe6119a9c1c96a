import { setTimeout as sleep } from 'node:timers/promises';
import { ndjson, type Script, type ScriptedUpstream, sse, startUpstream } from '@lakehouse/provider-testkit';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningService, startService } from './support/service.js';

let service: RunningService;
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
  service = await startService(
    `[chatd.providers.ollama]
use = "@lakehouse/provider-ollama"
url = "${upstream.url}"
[chatd.providers.ollama_cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${upstream.url}"
[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${upstream.url}/v1"
`,
    { OLLAMA_API_KEY: 'k' },
  );
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await service.close();
  await upstream.close();
});

/** The first piece of a stream, in the words of each upstream. */
const firstPiece: Readonly<Record<string, Script>> = {
  ollama: ndjson([{ model: 'm', message: { role: 'assistant', content: 'he' }, done: false }]),
  ollama_cloud: ndjson([{ model: 'm', response: 'he', done: false }]),
  lab: sse([{ choices: [{ index: 0, delta: { content: 'he' }, finish_reason: null }] }]),
};

const phases: Readonly<Record<string, (provider: string) => Script>> = {
  'before the headers': () => ({ beforeHeaders: true, steps: [{ silence: true }] }),
  'before the first token': (provider) => ({ ...firstPiece[provider], steps: [{ silence: true }] }),
  'in the middle of the stream': (provider) => ({
    ...firstPiece[provider],
    steps: [...(firstPiece[provider]?.steps ?? []), { silence: true }],
  }),
};

const cases = Object.keys(firstPiece).flatMap((provider) =>
  Object.keys(phases).flatMap((phase) => [true, false].map((stream) => ({ provider, phase, stream }))),
);

describe('a caller that leaves closes the socket to the upstream within 250 ms', () => {
  it.each(cases)('$provider, $phase, streamed: $stream', async ({ provider, phase, stream }) => {
    const script = phases[phase]?.(provider);
    if (script) upstream.reply(script);
    const caller = new AbortController();
    const call = request(`${service.url}/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: `${provider}/m`, stream, messages: [{ role: 'user', content: 'hi' }] }),
      signal: caller.signal,
    }).then((answer) => answer.body.text());
    call.catch(() => undefined); // it is cancelled below
    const received = await upstream.received();
    await sleep(50);
    const left = performance.now();
    caller.abort();
    expect((await received.closed) - left).toBeLessThan(250);
    await expect(call).rejects.toThrow();
    await expect.poll(() => service.drain.inFlight).toBe(0);
    expect(upstream.requests).toHaveLength(1); // no further attempt
    expect(service.logs.at(-1)).toMatchObject({ outcome: 'aborted', attempts: 1 });
  });
});
