import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type AnsweredRequest,
  type Behaviour,
  behaviours,
  completes,
  piecesOf,
  type SequencedUpstream,
  type Sequences,
  startSequencedUpstream,
} from './support/fault-sequence.js';
import { type RunningService, readEvents, startService } from './support/service.js';

interface Caller {
  readonly stream: boolean;
  readonly asksToHold: boolean;
  /** Undefined for one that stays to the end. */
  readonly leavesAfterMs: number | undefined;
}

interface Setting {
  readonly first: readonly Behaviour[];
  readonly second: readonly Behaviour[];
  readonly delivery: 'stream' | 'buffered';
  /** Does not go together with held answers. */
  readonly hedgeMs: number | undefined;
  readonly attempts: number;
  readonly breakerFailures: number;
  readonly concurrency: number | undefined;
  readonly callers: readonly Caller[];
}

const sequence = fc.array(fc.constantFrom(...behaviours), { minLength: 1, maxLength: 4 });

const settings: fc.Arbitrary<Setting> = fc.record({
  first: sequence,
  second: sequence,
  delivery: fc.constantFrom('stream', 'buffered'),
  hedgeMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  attempts: fc.integer({ min: 1, max: 3 }),
  breakerFailures: fc.integer({ min: 0, max: 2 }),
  concurrency: fc.option(fc.constant(1), { nil: undefined }),
  callers: fc.array(
    fc.record({
      stream: fc.boolean(),
      asksToHold: fc.boolean(),
      leavesAfterMs: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined, freq: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const configOf = (url: string, [one = '', two = '']: readonly string[], setting: Setting): string => {
  const { delivery, hedgeMs, attempts, breakerFailures, concurrency } = setting;
  const provider = (id: string): string =>
    `[chatd.providers.${id}]\nuse = "@lakehouse/provider-openai-compat"\nurl = "${url}/v1"\n` +
    (concurrency === undefined ? '' : `concurrency = ${concurrency}\n`);
  return `[chatd]
timeout = "400ms"
timeouts = { connect = "100ms", first_content = "50ms", idle = "50ms" }
retry = { attempts = ${attempts}, base_delay = "8ms", max_delay = "10ms", max_retry_after = "10ms" }
breaker = { failures = ${breakerFailures}, window = "1s", cooldown = "20ms" }
${provider('one')}${provider('two')}
[models.tier]
targets = ["one/${one}", "two/${two}"]
${delivery === 'buffered' ? 'delivery = "buffered"' : hedgeMs === undefined ? '' : `hedge = "${hedgeMs}ms"`}
`;
};

/** What a caller has seen in the end. */
interface Seen {
  readonly left: boolean;
  /** Undefined when nothing came. */
  readonly status?: number;
  readonly text: string;
}

const call = async (url: string, requestId: string, caller: Caller, dispatcher: Agent): Promise<Seen> => {
  const { stream, asksToHold, leavesAfterMs } = caller;
  const controller = new AbortController();
  const timer = leavesAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), leavesAfterMs);
  let status: number | undefined;
  let text = '';
  try {
    const answer = await request(`${url}/v1/chat`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...(asksToHold && { 'x-chatd-delivery': 'buffered' }),
      },
      body: JSON.stringify({ model: 'tier', stream, messages: [{ role: 'user', content: 'hi' }] }),
      signal: controller.signal,
      dispatcher,
    });
    status = answer.statusCode;
    answer.body.setEncoding('utf8');
    for await (const piece of answer.body) text += String(piece);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { left: controller.signal.aborted, text, ...(status !== undefined && { status }) };
};

/** The one request whose answer begins with this text. */
const sourceOf = (text: string, requests: readonly AnsweredRequest[]): AnsweredRequest | undefined =>
  requests.find((asked) => text !== '' && piecesOf(asked).join('').startsWith(text));

/** Content that came without a good end is a part of one answer, said once. */
const expectPart = (text: string, requests: readonly AnsweredRequest[]): void => {
  if (text !== '') expect(sourceOf(text, requests), `"${text}" is no part of one answer`).toBeDefined();
};

const expectTrueSuccess = (
  { content, provider }: { readonly content: string; readonly provider: string },
  { requests, models }: Sequences,
): void => {
  const source = sourceOf(content, requests);
  expect(source, `"${content}" is no answer of the upstream`).toBeDefined();
  if (!source) return;
  expect(content).toBe(piecesOf(source).join(''));
  expect(completes, 'a success without the terminal of the upstream').toContain(source.behaviour);
  expect(provider).toBe(source.model === models[0] ? 'one' : 'two');
};

type Event = { readonly type: string; readonly delta?: string; readonly provider?: string };

/** What came of a call, in the word that its log line must have; undefined for a caller that left. */
const judge = (
  { left, status, text }: Seen,
  { stream }: Caller,
  sequences: Sequences,
): string | undefined => {
  if (status === undefined || (left && !stream)) return undefined;
  if (status !== 200) {
    const { error } = JSON.parse(text) as { error: { code: string } };
    return error.code;
  }
  if (!stream) {
    expectTrueSuccess(JSON.parse(text) as { content: string; provider: string }, sequences);
    return 'ok';
  }
  const events = readEvents(left ? text.slice(0, text.lastIndexOf('\n\n') + 2) : text) as unknown as Event[];
  const content = events.map(({ delta = '' }) => delta).join('');
  const terminals = events.filter(({ type }) => type === 'response_end' || type === 'error');
  expectPart(content, sequences.requests);
  if (left && terminals.length === 0) return undefined;
  expect(terminals).toHaveLength(1);
  const last = events.at(-1);
  expect(last).toBe(terminals[0]);
  if (last?.type === 'error') return (last as unknown as { error: { code: string } }).error.code;
  expectTrueSuccess({ content, provider: last?.provider ?? '' }, sequences);
  return 'ok';
};

const occupancyOf = ({ runtimes }: RunningService, [one = '', two = '']: readonly string[]) => {
  const { limits, load } = runtimes.current;
  return [
    { provider: 'one', model: one },
    { provider: 'two', model: two },
  ].map((target) => {
    const { running = 0, queued = 0 } = limits.occupancy(target.provider) ?? {};
    return { running, queued, inFlight: load.inFlight(target) };
  });
};

/** Longer than any backoff, and than a request of a caller that left at once may be on its way. */
const quietMs = 20;

/** Everything is free within two seconds, and stays so without another request. */
const expectNothingLeft = async (service: RunningService, sequences: Sequences): Promise<void> => {
  const empty = { running: 0, queued: 0, inFlight: 0 };
  await expect
    .poll(
      async () => {
        const { length: before } = sequences.requests;
        await sleep(quietMs);
        return {
          more: sequences.requests.length - before,
          open: sequences.open,
          inFlight: service.drain.inFlight,
          targets: occupancyOf(service, sequences.models),
        };
      },
      { interval: 1, timeout: 2_000 },
    )
    .toEqual({ more: 0, open: 0, inFlight: 0, targets: [empty, empty] });
};

let upstream: SequencedUpstream;
let agent: Agent;

beforeAll(async () => {
  upstream = await startSequencedUpstream();
  agent = new Agent();
});
afterAll(async () => {
  await agent.destroy();
  await upstream.close();
});

const check = async (setting: Setting): Promise<void> => {
  const { callers, attempts, hedgeMs } = setting;
  const sequences = upstream.play([setting.first, setting.second]);
  const service = await startService(configOf(upstream.url, sequences.models, setting));
  try {
    const seen = await Promise.all(
      callers.map((caller, index) => call(service.url, `caller-${index}`, caller, agent)),
    );
    await expectNothingLeft(service, sequences);
    const outcomes = seen.map((each, index) => judge(each, callers[index] as Caller, sequences));
    const lines = service.logs.filter(({ msg }) => msg === 'chat');
    outcomes.forEach((outcome, index) => {
      const own = lines.filter(({ request_id }) => request_id === `caller-${index}`);
      expect(own.length).toBeLessThanOrEqual(1);
      if (outcome !== undefined) expect(own).toMatchObject([{ outcome }]);
      expect(own).not.toMatchObject([{ outcome: 'internal' }]); // no behaviour of an upstream is a defect of ours
    });
    const most = attempts * (hedgeMs === undefined ? 2 : 3);
    for (const line of lines) expect(line.attempts).toBeLessThanOrEqual(most);
    const calls = lines.reduce((sum, line) => sum + Number(line.attempts), 0);
    expect(sequences.requests.length).toBeLessThanOrEqual(calls); // one that was cancelled early may not have arrived
  } finally {
    await service.close();
  }
};

it('whatever two upstreams do, a caller sees one true end, and nothing is left behind', async () => {
  await fc.assert(fc.asyncProperty(settings, check), { numRuns: 100 });
});
