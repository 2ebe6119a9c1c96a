import { json, type RecordedRequest, type Script, sse, startUpstream } from '@lakehouse/provider-testkit';

/** What an upstream can do with one request; those that `completes` names end in a complete answer. */
export const behaviours = [
  'good',
  'good-slowly',
  'good-late',
  'two-terminals',
  'status-400',
  'status-429',
  'status-500',
  'status-503',
  'reset-before-headers',
  'silence-before-headers',
  'silence-before-content',
  'silence-after-content',
  'cut-after-content',
  'reset-after-content',
  'ends-after-content',
  'malformed-after-content',
  'error-after-content',
  'no-terminal',
] as const;

export type Behaviour = (typeof behaviours)[number];

/** The upstream says of these answers that they are complete. */
export const completes: ReadonlySet<Behaviour> = new Set<Behaviour>([
  'good',
  'good-slowly',
  'good-late',
  'two-terminals',
]);

/** A request as the sequence answered it. */
export interface AnsweredRequest {
  readonly model: string;
  /** Counted from 1 for each model. */
  readonly number: number;
  readonly behaviour: Behaviour;
}

/** The pieces of one answer; who reads them knows which request they answer. */
export const piecesOf = ({ model, number }: Pick<AnsweredRequest, 'model' | 'number'>): readonly string[] => [
  `[${model} ${number}] `,
  'one ',
  'two ',
  'three',
];

const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'x',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const refusals: Partial<Record<Behaviour, Script>> = {
  'status-400': json({ error: { message: 'no' } }, { status: 400 }),
  'status-429': json({ error: { message: 'later' } }, { status: 429, headers: { 'retry-after-ms': '5' } }),
  'status-500': json({ error: { message: 'failed' } }, { status: 500 }),
  'status-503': json({ error: { message: 'full' } }, { status: 503 }),
  'reset-before-headers': { beforeHeaders: true, steps: [{ reset: true }] },
  'silence-before-headers': { beforeHeaders: true, steps: [{ silence: true }] },
};

const streamed = (request: AnsweredRequest): Script => {
  const [first, ...rest] = piecesOf(request).map((content) => sse([chunk({ content })]).steps);
  const begun = first ?? [];
  const all = [...begun, ...rest.flat()];
  const end = sse([chunk({}, 'stop'), 'data: [DONE]\n\n']).steps;
  const steps: Partial<Record<Behaviour, Script['steps']>> = {
    'good-slowly': [...begun, ...rest.flatMap((step) => [{ waitMs: 8 }, ...step]), ...end],
    'good-late': [{ waitMs: 25 }, ...all, ...end],
    'two-terminals': [...all, ...end, ...end],
    'silence-before-content': [{ silence: true }],
    'silence-after-content': [...begun, { silence: true }],
    'cut-after-content': [...begun, { cut: true }],
    'reset-after-content': [...begun, { waitMs: 2 }, { reset: true }],
    'ends-after-content': begun,
    'malformed-after-content': [...begun, { send: 'data: {"choices": oops\n\n' }],
    'error-after-content': [...begun, ...sse([{ error: { message: 'failed' } }]).steps],
    'no-terminal': all,
  };
  return { ...sse([]), steps: steps[request.behaviour] ?? [...all, ...end] };
};

const whole = (request: AnsweredRequest): Script => {
  const bodyWith = (finish: string | null): string =>
    JSON.stringify({
      id: 'x',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: piecesOf(request).join('') },
          finish_reason: finish,
        },
      ],
    });
  const body = bodyWith('stop');
  const half = { send: body.slice(0, body.length / 2) };
  const rest = { send: body.slice(body.length / 2) };
  const steps: Partial<Record<Behaviour, Script['steps']>> = {
    'good-slowly': [half, { waitMs: 24 }, rest],
    'good-late': [{ waitMs: 25 }, half, rest],
    'silence-before-content': [{ silence: true }],
    'silence-after-content': [half, { silence: true }],
    'cut-after-content': [half, { cut: true }],
    'reset-after-content': [half, { waitMs: 2 }, { reset: true }],
    'ends-after-content': [half],
    'malformed-after-content': [half, { send: 'oops' }],
    'error-after-content': [{ send: '{"error":{"message":"failed"}}' }],
    'no-terminal': [{ send: bodyWith(null) }],
  };
  return { ...json({}), steps: steps[request.behaviour] ?? [half, rest] };
};

/** Models that do one thing after the other. */
export interface Sequences {
  /** Names that nobody else has: a request that is late belongs to whom it was meant for. */
  readonly models: readonly string[];
  /** In the order of arrival. */
  readonly requests: readonly AnsweredRequest[];
  /** Requests that are not over: chatd could still read from them. */
  readonly open: number;
}

export interface SequencedUpstream {
  readonly url: string;
  /**
   * Makes a model for each list: it does the first with its first request, the second with its second one and so on, and
   * the last with all further ones.
   */
  play(lists: readonly (readonly Behaviour[])[]): Sequences;
  close(): Promise<void>;
}

/** Starts an upstream that speaks OpenAI's protocol. */
export const startSequencedUpstream = async (): Promise<SequencedUpstream> => {
  const upstream = await startUpstream();
  const answers = new Map<string, (request: RecordedRequest, stream: boolean) => Script>();
  upstream.reply((request) => {
    const { model, stream = false } = request.json as { model: string; stream?: boolean };
    return answers.get(model)?.(request, stream) ?? json({ error: { message: 'unknown' } }, { status: 404 });
  });
  let made = 0;
  return {
    url: upstream.url,
    play(lists) {
      const requests: AnsweredRequest[] = [];
      const open = new Set<RecordedRequest>();
      const models = lists.map((list) => {
        made += 1;
        const model = `model-${made}`;
        answers.set(model, (request, stream) => {
          const number = requests.filter((other) => other.model === model).length + 1;
          const answered = { model, number, behaviour: list[number - 1] ?? list.at(-1) ?? 'good' };
          requests.push(answered);
          open.add(request);
          void whenOver(request, answered.behaviour).then(() => open.delete(request));
          return refusals[answered.behaviour] ?? (stream ? streamed(answered) : whole(answered));
        });
        return model;
      });
      return {
        models,
        requests,
        get open() {
          return open.size;
        },
      };
    },
    close: () => upstream.close(),
  };
};

/** Where an upstream falls silent its script is over, but its answer is not. */
const whenOver = ({ closed, finished }: RecordedRequest, behaviour: Behaviour): Promise<unknown> =>
  Promise.race(behaviour.startsWith('silence') ? [closed] : [closed, finished]);
