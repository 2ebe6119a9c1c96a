import { isDeepStrictEqual } from 'node:util';
import { callsOfTools, counted, thought } from '../../support/stand-in/scenario.js';
import { type Kind, pictureText, signing, toolResults, toolText } from '../support.js';
import {
  type Ask,
  type Driver,
  type Feature,
  features,
  type Heard,
  type HeardUsage,
  modelOf,
} from './driver.js';

/** What came of one feature over one front and one provider. */
export interface Cell {
  readonly front: string;
  readonly kind: string;
  readonly feature: Feature;
  /** `works`, or in a few words what was there instead. */
  readonly seen: string;
  /** What the answers warned of, as `code parameter`. */
  readonly warnings: readonly string[];
}

/** The feature is not there: `seen` of a cell. */
class Missed extends Error {}

const expectSame = (seen: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(seen, expected)) throw new Missed(`saw ${JSON.stringify(seen)}`);
};

interface Warned {
  readonly warnings: Set<string>;
}

const send = async (
  url: string,
  driver: Driver,
  path: string,
  body: object,
  { warnings }: Warned,
): Promise<string> => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...driver.headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Missed(`refused ${response.status}: ${text}`);
  const header = response.headers.get('x-chatd-warnings') ?? '[]';
  for (const { code, parameter } of JSON.parse(header) as { code: string; parameter?: string }[]) {
    warnings.add(`${code} ${parameter}`);
  }
  return text;
};

type Chat = (ask: Omit<Ask, 'model' | 'stream'>, scenario: string) => Promise<Heard>;

const question = { by: 'user', text: 'Tell me.' } as const;

/** Not everybody counts in all buckets, and a protocol that wants a number says 0. */
const expectUsage = ({ usage }: Heard, { counts }: Driver, { detailed }: Kind): void => {
  const expected: Required<HeardUsage> = {
    input: counted.input + counted.cacheRead,
    output: counted.output + counted.reasoning,
    cached: detailed ? counted.cacheRead : undefined,
    reasoning: detailed ? counted.reasoning : undefined,
  };
  for (const name of counts) expectSame({ [name]: usage[name] || undefined }, { [name]: expected[name] });
};

const checks: Readonly<
  Record<Exclude<Feature, 'embeddings'>, (chat: Chat, driver: Driver, kind: Kind) => Promise<void>>
> = {
  async text(chat) {
    expectSame((await chat({ turns: [question] }, 'text')).text, 'Good day, Grüße 👋.');
  },
  stream: (...all) => checks.text(...all),
  async tools(chat) {
    const { calls } = await chat({ turns: [question], tools: true }, 'tools');
    expectSame(
      calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
      callsOfTools,
    );
    expectSame(new Set(calls.map(({ id }) => id)).size, 2);
  },
  async results(chat) {
    const heard = await chat({ turns: [question], tools: true }, 'tools');
    const { calls } = heard;
    const results = Object.values(toolResults);
    const turns = [question, { by: 'model', heard }, { by: 'tools', calls, results }] as const;
    expectSame((await chat({ turns, tools: true }, 'tools')).text, toolText);
  },
  async reasoning(chat) {
    const { reasoning, text } = await chat({ turns: [question], think: true }, 'reasoning');
    expectSame({ reasoning, text }, { reasoning: thought.text, text: 'It is 42.' });
  },
  async replay(chat, _, { id }) {
    const heard = await chat({ turns: [question], think: true }, 'reasoning');
    const turns = [question, { by: 'model', heard }, question] as const;
    const { text } = await chat({ turns, think: true }, 'reasoning');
    expectSame(text, `I remember: ${thought.text}${id === signing.id ? ` (${thought.signature})` : ''}`);
  },
  async 'replay in tool turns'(chat, _, { id }) {
    const heard = await chat({ turns: [question], think: true, tools: true }, 'reasoning');
    const results = Object.values(toolResults);
    const turns = [question, { by: 'model', heard }, { by: 'tools', calls: heard.calls, results }] as const;
    const { text } = await chat({ turns, think: true, tools: true }, 'reasoning');
    expectSame(text, `I remember: ${thought.text}${id === signing.id ? ` (${thought.signature})` : ''}`);
  },
  async image(chat) {
    const turns = [{ ...question, image: true }];
    expectSame((await chat({ turns }, 'image')).text, pictureText);
  },
  async schema(chat) {
    const { text } = await chat({ turns: [question], schema: true }, 'json');
    expectSame(JSON.parse(text), { city: 'Bern', celsius: 21 });
  },
  async usage(chat, driver, kind) {
    expectUsage(await chat({ turns: [question] }, 'text'), driver, kind);
  },
};

const embed = async (url: string, driver: Driver, kind: Kind, warned: Warned): Promise<void> => {
  const { embed: route } = driver;
  if (!route) throw new Missed('no route');
  const body = route.toBody(modelOf(kind, 'text'), ['one', 'three']);
  const vectors = route.readVectors(JSON.parse(await send(url, driver, route.path, body, warned)) as never);
  expectSame(vectors, [
    [3, 0.5, -1],
    [5, 0.5, -1],
  ]);
};

const tryFeature = async (
  url: string,
  driver: Driver,
  kind: Kind,
  feature: Feature,
  warned: Warned,
): Promise<void> => {
  if (driver.lacks.includes(feature)) throw new Missed('no such thing');
  if (feature === 'embeddings') return embed(url, driver, kind, warned);
  const forms = { text: [false], stream: [true] }[feature as string] ?? [false, true];
  for (const stream of forms) {
    const chat: Chat = async (ask, scenario) => {
      const body = driver.toBody({ ...ask, model: modelOf(kind, scenario), stream });
      const text = await send(url, driver, driver.path, body, warned);
      return stream ? driver.readStream(text) : driver.readWhole(JSON.parse(text) as never);
    };
    await checks[feature](chat, driver, kind);
  }
};

/** Tries everything, each feature whole and streamed where it has both forms. */
export const runMatrix = async (
  url: string,
  drivers: readonly Driver[],
  kinds: readonly Kind[],
): Promise<readonly Cell[]> => {
  const cells: Cell[] = [];
  for (const driver of drivers) {
    for (const kind of kinds) {
      for (const feature of features) {
        const warned = { warnings: new Set<string>() };
        const seen = await tryFeature(url, driver, kind, feature, warned).then(
          () => 'works',
          (error: unknown) => {
            if (error instanceof Missed) return error.message;
            throw error;
          },
        );
        cells.push({ front: driver.name, kind: kind.id, feature, seen, warnings: [...warned.warnings] });
      }
    }
  }
  return cells;
};
