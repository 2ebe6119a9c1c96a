import { type Kind, picture, toolSchemas } from '../support.js';

/** A call of a tool, its arguments read. */
interface HeardCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** What an answer counts; a member is absent where the protocol did not say. */
export interface HeardUsage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cached?: number | undefined;
  readonly reasoning?: number | undefined;
}

/** An answer, in no protocol's words. */
export interface Heard {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly HeardCall[];
  readonly usage: HeardUsage;
  /** What a client keeps of it for the next turn, unchanged. */
  readonly turn: unknown;
}

/** One turn of a conversation. */
export type Turn =
  | { readonly by: 'user'; readonly text: string; readonly image?: boolean }
  | { readonly by: 'model'; readonly heard: Heard }
  | { readonly by: 'tools'; readonly calls: readonly HeardCall[]; readonly results: readonly string[] };

/** What a client asks for. */
export interface Ask {
  readonly model: string;
  readonly turns: readonly Turn[];
  readonly stream: boolean;
  readonly tools?: boolean;
  readonly schema?: boolean;
  readonly think?: boolean;
}

/** What a client may want of a front. */
export const features = [
  'text',
  'stream',
  'tools',
  'results',
  'reasoning',
  'replay',
  'replay in tool turns',
  'image',
  'schema',
  'usage',
  'embeddings',
] as const;
export type Feature = (typeof features)[number];

/** A client of one protocol, written by hand. */
export interface Driver {
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  toBody(ask: Ask): object;
  readWhole(body: never): Heard;
  readStream(text: string): Heard;
  /** Which buckets of the usage the protocol has a word for. */
  readonly counts: readonly (keyof HeardUsage)[];
  /** The answer's vectors, of a protocol with embeddings. */
  readonly embed?: {
    readonly path: string;
    toBody(model: string, input: readonly string[]): object;
    readVectors(body: never): readonly (readonly number[])[];
  };
  /** What the protocol itself does not have. */
  readonly lacks: readonly Feature[];
}

/** A provider under which a model is asked for. */
export const modelOf = (kind: Kind, scenario: string): string => `${kind.id}/${scenario}`;

/** The functions of the scenario `tools` in OpenAI's words, which several protocols took over. */
export const openaiTools = Object.entries(toolSchemas).map(([name, parameters]) => ({
  type: 'function',
  function: { name, description: `About ${name}`, parameters },
}));

/** The schema of the scenario `json`. */
export const answerSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, celsius: { type: 'integer' } },
  required: ['city', 'celsius'],
  additionalProperties: false,
};

export const pictureUrl = `data:image/png;base64,${picture}`;

/** The JSON of each `data:` line. */
export const readEvents = <Event>(text: string): readonly Event[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Event);

/** The JSON of each line. */
export const readLines = <Line>(text: string): readonly Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** A member only where there is something in it. */
export const some = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    ? {}
    : { [name]: value };
