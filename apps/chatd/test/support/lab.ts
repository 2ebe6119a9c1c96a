import { json, type RecordedRequest, type Script, sse, startUpstream } from '@lakehouse/provider-testkit';
import { onTestFinished } from 'vitest';

/** One request that a model of the lab was sent. */
interface LabCall {
  readonly model: string;
  /** Counted from 1 for each model. */
  readonly number: number;
  /** Whether the answer was asked for in pieces. */
  readonly stream: boolean;
  /** `performance.now()` of its arrival. */
  readonly at: number;
  readonly request: RecordedRequest;
}

/** What a model answers. */
export type LabModel = (call: LabCall) => Script;

const chunk = (model: string, delta: object, finish: string | null = null): object => ({
  id: 'x',
  model,
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** A good answer, in the form that was asked for. */
export const says =
  (content: string): LabModel =>
  ({ model, stream }) =>
    stream
      ? sse([chunk(model, { content }), chunk(model, {}, 'stop'), 'data: [DONE]\n\n'])
      : json({
          id: 'x',
          model,
          choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        });

/** Some content, then a connection that breaks. */
export const breaksAfter =
  (content: string): LabModel =>
  ({ model, stream }) =>
    stream
      ? { ...sse([]), steps: [...sse([chunk(model, { content })]).steps, { cut: true }] }
      : { ...json({}), steps: [{ send: `{"model":"${model}","choi` }, { cut: true }] };

/** Some content, then nothing for a while, then the rest. */
export const pauses =
  (ms: number): LabModel =>
  ({ model }) => ({
    ...sse([]),
    steps: [
      ...sse([chunk(model, { content: 'one ' })]).steps,
      { waitMs: ms },
      ...sse([chunk(model, { content: 'two' }), chunk(model, {}, 'stop'), 'data: [DONE]\n\n']).steps,
    ],
  });

/** Nothing at all for a while, then what the other one answers. */
export const after =
  (ms: number, then: LabModel): LabModel =>
  (call) => {
    const script = then(call);
    return { ...script, beforeHeaders: true, steps: [{ waitMs: ms }, ...script.steps] };
  };

/** Takes the request and never answers. */
export const neverAnswers: LabModel = () => ({ beforeHeaders: true, steps: [{ silence: true }] });

export const fails =
  (status: number, headers: Readonly<Record<string, string>> = {}, error: object = {}): LabModel =>
  () =>
    json({ error: { message: 'it failed', ...error } }, { status, headers });

export const tooLong: LabModel = fails(400, {}, { code: 'context_length_exceeded' });

/** The first request is answered by the first one, and so on; the last one answers all further ones. */
export const inTurn =
  (...models: readonly [LabModel, ...LabModel[]]): LabModel =>
  (call) =>
    (models[call.number - 1] ?? (models.at(-1) as LabModel))(call);

export interface Lab {
  /** The table of a provider of this upstream. */
  provider(id: string, settings?: string): string;
  /** What a model was sent so far. */
  calls(model: string): readonly LabCall[];
  /** Resolves with the first request for a model once it has arrived. */
  called(model: string): Promise<LabCall>;
}

/** An upstream that speaks OpenAI's protocol, whose models answer as told; it is closed with the test. */
export const startLab = async (
  models: Readonly<Record<string, LabModel>>,
  list: readonly object[] = [],
): Promise<Lab> => {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  const calls: LabCall[] = [];
  const of = (model: string): readonly LabCall[] => calls.filter((call) => call.model === model);
  const waiting = new Map<string, (call: LabCall) => void>();
  upstream.reply((request) => {
    if (request.method === 'GET') return json({ data: list });
    const { model, stream = false } = request.json as { model: string; stream?: boolean };
    const call = { model, stream, number: of(model).length + 1, at: performance.now(), request };
    calls.push(call);
    waiting.get(model)?.(call);
    return (models[model] ?? fails(404))(call);
  });
  return {
    provider: (id, settings = '') =>
      `[chatd.providers.${id}]\nuse = "@lakehouse/provider-openai-compat"\nurl = "${upstream.url}/v1"\n${settings}\n`,
    calls: of,
    called: (model) =>
      new Promise((resolve) => {
        const [first] = of(model);
        if (first) resolve(first);
        else waiting.set(model, resolve);
      }),
  };
};
