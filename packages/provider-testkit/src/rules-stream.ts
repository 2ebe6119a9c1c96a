import { setTimeout as sleep } from 'node:timers/promises';
import { isContentEvent } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { type Outcome, streamOf, type WireBench, withoutIds } from './bench.js';
import { asPieces, everySplit, withPieces } from './script.js';

const patience = { timeout: 60_000 };

const textOf = ({ events }: Outcome): string =>
  events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');

/** What a good answer looks like, however it arrives. */
export const streamRules = (bench: WireBench): void => {
  const { suite, wire } = bench;

  const expected = async (): Promise<Outcome> => {
    bench.upstream.reply(wire.stream);
    const outcome = await bench.run(await bench.provider());
    expect(outcome.error, 'The basic stream is a good answer').toBeUndefined();
    return outcome;
  };

  describe('answers', () => {
    it('sends nothing before the first pull', async () => {
      bench.upstream.reply(wire.stream);
      const provider = await bench.provider();
      const socketsBefore = bench.upstream.openSockets();
      provider.stream(suite.request, {
        signal: new AbortController().signal,
        requestId: 'r',
        delivery: 'stream',
      });
      await sleep(50);
      expect(bench.upstream.requests, 'Nothing happens upstream before the first pull').toHaveLength(0);
      expect(
        bench.upstream.openSockets(),
        'Nothing happens upstream before the first pull',
      ).toBeLessThanOrEqual(socketsBefore);
    });

    it('gives the events in order: response-start first, response-end once and last', async () => {
      const { events } = await expected();
      const types = events.map((event) => event.type);
      expect(types[0], 'response-start is the first event').toBe('response-start');
      expect(types.indexOf('response-end'), 'response-end is the last event').toBe(types.length - 1);
      const contents = events.filter((event) => isContentEvent(event) && event.type !== 'response-end');
      expect(contents.length, 'The basic stream has content in at least two pieces').toBeGreaterThan(1);
    });

    it('gives the same answer whole as streamed', async () => {
      const streamed = await expected();
      bench.upstream.reply(wire.whole);
      // A provider may ask for a stream in either case; then the script for a stream is the right one.
      let whole = await bench.run(await bench.provider(), { delivery: 'whole' });
      if (whole.error && isStreamRequest(bench)) {
        bench.upstream.reply(wire.stream);
        whole = await bench.run(await bench.provider(), { delivery: 'whole' });
      }
      expect(whole.error, 'The basic whole answer is a good answer').toBeUndefined();
      expect(whole.response, 'Both forms of an answer say the same').toEqual(withoutIds(streamed.response));
    });

    it('gives the same events wherever the bytes are split in two', patience, async () => {
      const { events } = await expected();
      const provider = await bench.provider();
      let offset = 0;
      for (const pieces of everySplit(bench.streamBytes)) {
        offset += 1;
        bench.upstream.reply(withPieces(wire.stream, pieces));
        const outcome = await bench.run(provider);
        expect(withoutGeneratedIds(outcome), `A split after byte ${offset} changes nothing`).toEqual(
          withoutGeneratedIds({ events }),
        );
      }
    });

    it.each([1, 2, 3, 7])('gives the same events in pieces of %i bytes', patience, async (size) => {
      const { events } = await expected();
      bench.upstream.reply(asPieces(withPieces(wire.stream, [bench.streamBytes]), size));
      const outcome = await bench.run(await bench.provider());
      expect(withoutGeneratedIds(outcome), 'The size of the pieces changes nothing').toEqual(
        withoutGeneratedIds({ events }),
      );
    });

    if (wire.allowsCrlf)
      it('takes CRLF line ends for line ends', patience, async () => {
        const { response } = await expected();
        const crlf = Buffer.from(Buffer.from(bench.streamBytes).toString('utf8').replaceAll('\n', '\r\n'));
        const provider = await bench.provider();
        for (const size of [1, crlf.length]) {
          bench.upstream.reply(asPieces(withPieces(wire.stream, [crlf]), size));
          const outcome = await bench.run(provider);
          expect(outcome.response, 'CRLF line ends change nothing').toEqual(withoutIds(response));
        }
      });

    it('keeps eight calls at once apart, also when some of them are cut', patience, async () => {
      const { response } = await expected();
      bench.upstream.clear();
      const whole = asPieces(withPieces(wire.stream, [bench.streamBytes]), 3);
      const half = Math.floor(whole.steps.length / 2);
      bench.upstream.reply(() =>
        bench.upstream.requests.length % 4 === 0
          ? streamOf(wire, ...whole.steps.slice(0, half), { cut: true })
          : whole,
      );
      const provider = await bench.provider();
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => bench.run(provider)));
      const good = outcomes.filter((outcome) => outcome.response);
      expect(good, 'A call that is cut does not touch the others').toHaveLength(6);
      for (const outcome of good) {
        expect(outcome.response, 'Calls at once do not mix').toEqual(withoutIds(response));
      }
      for (const outcome of outcomes) {
        expect(response?.content.startsWith(textOf(outcome)), 'Calls at once do not mix').toBe(true);
      }
    });
  });
};

const isStreamRequest = (bench: WireBench): boolean => {
  const sent: unknown = bench.upstream.requests.at(-1)?.json;
  return (sent as { stream?: unknown } | undefined)?.stream !== false;
};

/** Events in which the ids that a provider made up are alike. */
const withoutGeneratedIds = ({ events }: Pick<Outcome, 'events'>): unknown =>
  events.map((event) =>
    event.type === 'tool-call-delta' && event.id?.startsWith('call_') ? { ...event, id: 'call_*' } : event,
  );
