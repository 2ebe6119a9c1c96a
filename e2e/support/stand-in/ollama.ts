import { json, ndjson, type RecordedRequest, type Script, type Step } from '@lakehouse/provider-testkit';
import type { Asked, Said } from './said.js';
import { counted, piecesOf, say, scenarios } from './scenario.js';

interface Message {
  readonly role: string;
  readonly content?: string;
  readonly thinking?: string;
  readonly images?: readonly string[];
}

interface Body {
  readonly model: string;
  readonly stream?: boolean;
  readonly think?: boolean | string;
  readonly messages?: readonly Message[];
  readonly prompt?: string;
  readonly images?: readonly string[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

const understand = ({ model, messages = [], prompt = '', images = [], tools = [] }: Body): Asked => ({
  model,
  question: [
    ...messages.filter(({ role }) => role === 'user').map(({ content = '' }) => content),
    prompt,
  ].join('\n'),
  tools: tools.map((tool) => tool.function.name),
  toolResults: messages.filter(({ role }) => role === 'tool').map(({ content = '' }) => content),
  images: [...messages.flatMap((message) => message.images ?? []), ...images].map(
    (data) => Buffer.from(data, 'base64').length,
  ),
  reasoning: messages.flatMap(({ thinking }) => (thinking ? [thinking] : [])),
  signatures: [],
});

const end = {
  done: true,
  done_reason: 'stop',
  total_duration: 812_400_000,
  prompt_eval_count: counted.input + counted.cacheRead,
  prompt_eval_duration: 90_000_000,
  eval_count: counted.output + counted.reasoning,
  eval_duration: 400_000_000,
};

const toCalls = (said: Said) =>
  (said.calls ?? []).map(({ name, arguments: given }, index) => ({
    id: `call_${index + 1}_${name}`,
    function: { index, name, arguments: given },
  }));

interface Words {
  readonly text: (text: string) => object;
  readonly thinking: (text: string) => object;
  readonly calls: (calls: readonly object[]) => object;
}

const chatWords: Words = {
  text: (content) => ({ message: { role: 'assistant', content } }),
  thinking: (thinking) => ({ message: { role: 'assistant', content: '', thinking } }),
  calls: (calls) => ({ message: { role: 'assistant', content: '', tool_calls: calls } }),
};

const generateWords: Words = {
  text: (response) => ({ response }),
  thinking: (thinking) => ({ response: '', thinking }),
  calls: () => ({ response: '' }),
};

const line = (model: string, content: object, more: object = { done: false }): object => ({
  model,
  created_at: '2026-01-01T00:00:00Z',
  ...content,
  ...more,
});

/** A model says its reasoning only when it was asked to think. */
const heard = (said: Said, { think }: Body): Said => {
  const { reasoning: _, ...rest } = said;
  return think === undefined || think === false ? rest : said;
};

/** As most models do: without the capability, `think` is refused. */
const refusesThinking = ({ model, think }: Body): boolean => model === 'agent' && Boolean(think);

const whole = (model: string, said: Said, words: Words): Script => {
  const message = { ...(words.text(said.text ?? '') as { message?: object }) };
  const calls = toCalls(said);
  if (message.message) {
    return json(
      line(
        model,
        {
          message: {
            ...message.message,
            ...(said.reasoning !== undefined && { thinking: said.reasoning }),
            ...(calls.length > 0 && { tool_calls: calls }),
          },
        },
        end,
      ),
    );
  }
  return json(
    line(model, { ...message, ...(said.reasoning !== undefined && { thinking: said.reasoning }) }, end),
  );
};

const streamed = (model: string, said: Said, words: Words): Script => {
  const send = (content: object, more?: object): Step => ({
    send: `${JSON.stringify(line(model, content, more))}\n`,
  });
  const calls = toCalls(said);
  return {
    headers: { 'content-type': 'application/x-ndjson' },
    steps: [
      ...(said.reasoning === undefined
        ? []
        : piecesOf(said.reasoning).map((piece) => send(words.thinking(piece)))),
      ...piecesOf(said.text ?? '').flatMap((piece): Step[] => [
        send(words.text(piece)),
        ...(said.paceMs === undefined ? [] : [{ waitMs: said.paceMs }]),
      ]),
      ...(calls.length > 0 ? [send(words.calls(calls))] : []),
      send(words.text(''), end),
    ],
  };
};

const details = {
  format: 'gguf',
  family: 'test',
  families: ['test'],
  parameter_size: '1B',
  quantization_level: 'Q4',
};

const catalogue = (): Script =>
  json({
    models: scenarios.map((name) => ({
      name: `${name}`,
      model: `${name}`,
      modified_at: '2026-01-01T00:00:00Z',
      size: 1,
      digest: '0'.repeat(64),
      details,
    })),
  });

/** A server that speaks Ollama's own protocol; its model names are scenarios. */
export const ollamaStandIn = (request: RecordedRequest): Script => {
  if (request.path === '/api/version') return json({ version: '0.12.3' });
  if (request.path === '/api/tags') return catalogue();
  const body = request.json as Body;
  if (request.path === '/api/show') {
    return json({
      details,
      model_info: { 'test.context_length': 8192 },
      capabilities: ['completion', 'tools'],
    });
  }
  if (request.path === '/api/embed') {
    const { input } = request.json as { input: string | readonly string[] };
    const list = typeof input === 'string' ? [input] : input;
    return json({
      model: body.model,
      embeddings: list.map((text) => [text.length, 0.5, -1]),
      prompt_eval_count: 7,
    });
  }
  const words = request.path === '/api/generate' ? generateWords : chatWords;
  const said = say(understand(body));
  if (!said) return ndjson([{ error: `model '${body.model}' not found` }], { status: 404 });
  if (refusesThinking(body))
    return ndjson([{ error: `"${body.model}" does not support thinking` }], { status: 400 });
  return (body.stream === false ? whole : streamed)(body.model, heard(said, body), words);
};
