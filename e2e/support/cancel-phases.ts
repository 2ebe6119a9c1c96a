import { expect } from 'vitest';
import type { Question } from './call.js';

/** A moment in the life of a request in which its caller leaves. */
export interface CancelPhase {
  readonly name: string;
  /** What call number `number` asks for; no two of a phase have the same number. */
  readonly question: (number: number) => Question;
  /** How many upstream requests each call has made by then. */
  readonly upstream: number;
  /**
   * How far the calls are by then: their requests have `arrived` upstream, are `answered` there, or `content` is on its
   * way to whoever streams. `queued`: another call has the provider's only place.
   */
  readonly reached: 'arrived' | 'answered' | 'content' | 'queued';
  readonly through?: 'gateway';
  /** What the log says of such a call, beyond that it was aborted. */
  readonly logged?: (question: Question) => Readonly<Record<string, unknown>>;
}

const providers = ['lab', 'local', 'cloud'] as const;

/** Whole and streamed, and each provider in turn; a model name of its own keeps each call apart. */
const alternating =
  (...faults: readonly string[]) =>
  (number: number): Question => {
    const fault = faults[Math.floor(number / 6) % faults.length] ?? '';
    return { model: `${providers[number % 3]}/${fault}@${number}`, stream: Math.floor(number / 3) % 2 === 0 };
  };

const always =
  (model: string, headers?: Question['headers']) =>
  (number: number): Question => ({ model, stream: number % 2 === 0, ...(headers && { headers }) });

/** The text of the one piece that the wall has sent; every name is asked for once. */
const firstPiece = (model: string): string => `Answer 1 of ${model.slice(model.indexOf('/') + 1)}: `;

/** A whole answer that comes in one piece is not looked into before it is complete. */
const booked = ({ model, stream }: Question) => {
  if (!stream) return {};
  return { output_characters: model.includes('stall') ? firstPiece(model).length : expect.any(Number) };
};

/** The config that the phases need; `wall` is the URL of a fault wall. */
export const cancelConfig = (wall: string): string => `
[chatd]
bind = "127.0.0.1:0"
timeout = "24h"
drain_timeout = "1s"
[chatd.timeouts]
first_content = "1h"
idle = "1h"
[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${wall}"
[chatd.providers.cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${wall}"
[chatd.providers.patient]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
retry = { attempts = 5, base_delay = "12h", max_delay = "12h" }
[chatd.providers.narrow]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
concurrency = 1
[models]
hedged = { targets = ["lab/never-answers@first", "local/headers-then-silence@second"], hedge = "20ms" }
held = ["lab/stall-in-the-middle@held", "local/healthy@substitute"]
`;

export const cancelPhases: readonly CancelPhase[] = [
  {
    name: 'before the headers',
    question: alternating('never-answers'),
    upstream: 1,
    reached: 'arrived',
  },
  {
    name: 'before the first token',
    question: alternating('headers-then-silence', 'heartbeats-only'),
    upstream: 1,
    reached: 'arrived',
  },
  {
    name: 'in the middle',
    question: alternating('stall-in-the-middle', 'slow-stream'),
    upstream: 1,
    reached: 'content',
    logged: booked,
  },
  {
    name: 'while a retry sleeps',
    question: (number) => ({ model: `patient/always-503@${number}`, stream: number % 2 === 0 }),
    upstream: 1,
    reached: 'answered',
  },
  {
    name: 'in a queue',
    question: always('narrow/healthy@queue'),
    upstream: 0,
    reached: 'queued',
    logged: () => ({ attempts: 0 }),
  },
  {
    name: 'while a hedge runs',
    question: always('hedged'),
    upstream: 2,
    reached: 'arrived',
    logged: () => ({ attempts: 2, trail: [{ outcome: 'aborted' }, { outcome: 'aborted' }] }),
  },
  {
    name: 'while a held answer is collected',
    question: (number) =>
      number % 2 === 0
        ? {
            ...alternating('stall-in-the-middle')(number),
            stream: true,
            headers: { 'x-chatd-delivery': 'buffered' },
          }
        : { model: 'held', stream: false },
    upstream: 1,
    reached: 'arrived',
    // The upstream streams to chatd in both forms, so that both have something to book.
    logged: () => ({ output_characters: expect.any(Number) }),
  },
  {
    name: 'before the headers, through the gateway',
    question: alternating('never-answers'),
    upstream: 1,
    reached: 'arrived',
    through: 'gateway',
  },
  {
    name: 'in the middle, through the gateway',
    question: alternating('stall-in-the-middle', 'slow-stream'),
    upstream: 1,
    reached: 'content',
    through: 'gateway',
    logged: booked,
  },
];
