/** One wire format, read here without any help from the code that writes it. */
export interface WireForm {
  readonly name: string;
  readonly path: string;
  readonly stream: boolean;
}

/** What a reader finds in the body of an answer. */
export interface Found {
  readonly texts: readonly string[];
  /** How often the answer says that it is complete. */
  readonly terminals: number;
  readonly usage: readonly [input: unknown, output: unknown] | undefined;
  readonly error: unknown;
}

const paths = ['/v1/chat/completions', '/api/chat', '/api/generate'];

/** Both forms of the three protocols. */
export const forms: readonly WireForm[] = paths.flatMap((path) =>
  [true, false].map((stream) => ({ name: `${path} ${stream ? 'streamed' : 'whole'}`, path, stream })),
);

interface Choice {
  readonly delta?: { readonly content?: string };
  readonly message?: { readonly content?: string };
  readonly finish_reason: string | null;
}

interface Line {
  readonly choices?: readonly Choice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly message?: { readonly content: string };
  readonly response?: string;
  readonly done?: boolean;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  readonly error?: unknown;
}

/** The JSON texts of a body, and the words that are no JSON. */
const objectsOf = ({ path, stream }: WireForm, body: string): readonly string[] => {
  if (!stream) return [body];
  if (path !== '/v1/chat/completions') return body.split('\n').filter((line) => line !== '');
  return body
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) => (frame.startsWith('data: ') ? frame.slice(6) : frame));
};

const textOf = ({ choices, message, response }: Line): string | undefined =>
  choices ? (choices[0]?.delta?.content ?? choices[0]?.message?.content) : (message?.content ?? response);

const usageOf = ({ usage, prompt_eval_count, eval_count }: Line): Found['usage'] => {
  if (usage) return [usage.prompt_tokens, usage.completion_tokens];
  return eval_count === undefined ? undefined : [prompt_eval_count, eval_count];
};

const isTerminal = ({ choices, done }: Line): boolean =>
  typeof choices?.[0]?.finish_reason === 'string' || done === true;

/** Reads a body; throws where it is not JSON. */
export const readAnswer = (form: WireForm, body: string): Found => {
  const objects = objectsOf(form, body);
  const lines = objects.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text) as Line);
  return {
    texts: lines.map(textOf).filter((text): text is string => text !== undefined && text !== ''),
    terminals: lines.filter(isTerminal).length + (objects.length - lines.length),
    usage: lines.map(usageOf).findLast((usage) => usage !== undefined),
    error: lines.find((line) => line.error !== undefined)?.error,
  };
};

/** How often a complete answer says so: OpenAI's stream with a finish reason and with `[DONE]`. */
export const terminalsOf = ({ path, stream }: WireForm): number =>
  stream && path === '/v1/chat/completions' ? 2 : 1;
