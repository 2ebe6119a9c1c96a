import { setTimeout as sleep } from 'node:timers/promises';
import { isContentEvent } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import { type Outcome, streamOf, textOf, type WireBench, withoutIds } from './bench.js';
import { betweenLines } from './heartbeats.js';
import { rule } from './rule.js';
import { asPieces, everySplit, withPieces } from './script.js';
import { withUnknownFields } from './unknown-fields.js';

const patienceMs = 60_000;

/** What a good answer looks like, however it arrives. */
export const streamRules = (bench: WireBench): void => {
  const { suite, wire } = bench;
  const { heartbeat } = wire;

  const expected = async (): Promise<Outcome> => {
    const outcome = await bench.good();
    expect(outcome.error, '`upstream.stream` is a good answer').toBeUndefined();
    return outcome;
  };

  describe('answers', () => {
    rule(2, 'sends nothing before the first pull', async () => {
      bench.upstream.reply(wire.stream);
      const provider = await bench.provider();
      const socketsBefore = bench.upstream.openSockets();
      provider.stream(suite.request, {
        signal: new AbortController().signal,
        requestId: 'r',
        delivery: 'stream',
      });
      await sleep(50);
      expect(bench.upstream.requests, 'No request is made').toHaveLength(0);
      expect(bench.upstream.openSockets(), 'No socket is opened').toBeLessThanOrEqual(socketsBefore);
    });

    rule(
      8,
      'gives the same events wherever the bytes are split in two',
      async () => {
        const { events } = await expected();
        expect(
          bench.streamBytes.some((byte) => byte > 0x7f),
          'Give a stream with a character of several bytes, such as "ü": it shows whether one is cut',
        ).toBe(true);
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
      },
      patienceMs,
    );

    for (const size of [1, 2, 3, 7]) {
      rule(
        8,
        `gives the same events in pieces of ${size} bytes`,
        async () => {
          const { events } = await expected();
          bench.upstream.reply(asPieces(withPieces(wire.stream, [bench.streamBytes]), size));
          const outcome = await bench.run(await bench.provider());
          expect(withoutGeneratedIds(outcome), 'The size of the pieces changes nothing').toEqual(
            withoutGeneratedIds({ events }),
          );
        },
        patienceMs,
      );
    }

    if (wire.allowsCrlf)
      rule(
        43,
        'takes CRLF line ends for line ends',
        async () => {
          const { response } = await expected();
          const crlf = Buffer.from(Buffer.from(bench.streamBytes).toString('utf8').replaceAll('\n', '\r\n'));
          const provider = await bench.provider();
          for (const size of [1, crlf.length]) {
            bench.upstream.reply(asPieces(withPieces(wire.stream, [crlf]), size));
            const outcome = await bench.run(provider);
            expect(outcome.response, 'CRLF line ends change nothing').toEqual(withoutIds(response));
          }
        },
        patienceMs,
      );

    if (heartbeat !== undefined) {
      rule(37, 'passes over heartbeats between the lines', async () => {
        const { response } = await expected();
        bench.upstream.reply(withPieces(wire.stream, betweenLines(bench.streamBytes, heartbeat)));
        const outcome = await bench.run(await bench.provider());
        expect(outcome.error, 'A heartbeat breaks nothing').toBeUndefined();
        expect(outcome.response, 'A heartbeat changes nothing').toEqual(withoutIds(response));
      });

      rule(37, 'takes no heartbeat for an answer', async () => {
        const beats = [1, 2, 3].map(() => ({ send: heartbeat }));
        bench.upstream.reply(streamOf(wire, ...beats, { waitMs: 5 }, { cut: true }));
        const { events, error } = await bench.run(await bench.provider());
        expect(events.filter(isContentEvent), 'A heartbeat is no content').toEqual([]);
        expect(error, 'Heartbeats alone are no answer').toBeDefined();
      });
    }

    rule(9, 'passes over fields that it does not know', async () => {
      const { response } = await expected();
      bench.upstream.reply(withUnknownFields(wire.stream));
      const streamed = await bench.run(await bench.provider());
      expect(streamed.response, 'Unknown fields change nothing').toEqual(withoutIds(response));
      bench.upstream.reply(withUnknownFields(wire.whole));
      const whole = await bench.run(await bench.provider(), { delivery: 'whole' });
      expect(whole.error, 'Unknown fields change nothing').toBeUndefined();
    });

    rule(
      10,
      'keeps eight calls at once apart, also when some of them are cut',
      async () => {
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
      },
      patienceMs,
    );
  });
};

/** Events in which the ids that a provider made up are alike. */
const withoutGeneratedIds = ({ events }: Pick<Outcome, 'events'>): unknown =>
  events.map((event) =>
    event.type === 'tool-call-delta' && event.id?.startsWith('call_') ? { ...event, id: 'call_*' } : event,
  );
