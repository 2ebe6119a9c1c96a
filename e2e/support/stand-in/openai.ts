import { json, type RecordedRequest, type Script, type Step } from '@lakehouse/provider-testkit';
import type { Asked, Said } from './said.js';
import { counted, piecesOf, say, scenarios, thought } from './scenario.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

interface Message {
  readonly role: string;
  readonly content?: string | readonly Part[] | null;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly reasoning_details?: readonly { readonly text?: string; readonly signature?: string }[];
}

interface Body {
  readonly model: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');

const imagesOf = ({ content }: Message): readonly number[] =>
  (typeof content === 'object' && content !== null ? content : []).flatMap(({ image_url }) => {
    const data = image_url?.url.split('base64,')[1];
    return data === undefined ? [] : [Buffer.from(data, 'base64').length];
  });

const understand = ({ model, messages, tools = [] }: Body): Asked => {
  const earlier = messages.filter(({ role }) => role === 'assistant');
  return {
    model,
    question: messages
      .filter(({ role }) => role === 'user')
      .map(textOf)
      .join('\n'),
    tools: tools.map((tool) => tool.function.name),
    toolResults: messages.filter(({ role }) => role === 'tool').map(textOf),
    images: messages.flatMap(imagesOf),
    reasoning: earlier.flatMap(({ reasoning_content, reasoning, reasoning_details = [] }) => {
      const text = reasoning_content ?? reasoning ?? reasoning_details.map(({ text = '' }) => text).join('');
      return text === '' ? [] : [text];
    }),
    signatures: earlier.flatMap(({ reasoning_details = [] }) =>
      reasoning_details.flatMap(({ signature }) => (signature === undefined ? [] : [signature])),
    ),
  };
};

const { input, cacheRead, output, reasoning } = counted;
const usage = {
  prompt_tokens: input + cacheRead,
  completion_tokens: output + reasoning,
  total_tokens: input + cacheRead + output + reasoning,
  prompt_tokens_details: { cached_tokens: cacheRead },
  completion_tokens_details: { reasoning_tokens: reasoning },
};

const toCalls = (said: Said) =>
  (said.calls ?? []).map(({ name, arguments: given }, index) => ({
    index,
    id: `call_${index + 1}_${name}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(given) },
  }));

/** With the details that OpenRouter sends, which have to come back unchanged. */
const toReasoning = ({ reasoning: text }: Said) =>
  text === undefined
    ? {}
    : {
        reasoning: text,
        reasoning_details: [{ type: 'reasoning.text', text, signature: thought.signature, index: 0 }],
      };

const whole = (model: string, said: Said): Script => {
  const calls = toCalls(said).map(({ id, type, function: called }) => ({ id, type, function: called }));
  return json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: said.text ?? null,
          ...toReasoning(said),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage,
  });
};

const streamed = (model: string, said: Said, usageAsked: boolean): Script => {
  const frame = (value: unknown): Step => ({ send: `data: ${JSON.stringify(value)}\n\n` });
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model };
  const chunk = (delta: object, finish: string | null = null): Step =>
    frame({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
  const calls = toCalls(said).flatMap(({ function: { name, arguments: text }, ...call }) => [
    chunk({ tool_calls: [{ ...call, function: { name, arguments: '' } }] }),
    ...piecesOf(text).map((piece) =>
      chunk({ tool_calls: [{ index: call.index, function: { arguments: piece } }] }),
    ),
  ]);
  const text = piecesOf(said.text ?? '').flatMap((piece): Step[] => [
    chunk({ content: piece }),
    ...(said.paceMs === undefined ? [] : [{ waitMs: said.paceMs }]),
  ]);
  return {
    headers: { 'content-type': 'text/event-stream' },
    steps: [
      chunk({ role: 'assistant', content: '' }),
      ...(said.reasoning === undefined ? [] : [chunk(toReasoning(said))]),
      ...text,
      ...calls,
      chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
      ...(usageAsked ? [frame({ ...head, choices: [], usage })] : []),
      { send: 'data: [DONE]\n\n' },
    ],
  };
};

const unknown = (model: string): Script =>
  json(
    { error: { message: `The model '${model}' does not exist`, code: 'model_not_found' } },
    { status: 404 },
  );

/** A server that speaks OpenAI's chat completions; its model names are scenarios. */
export const openAIStandIn = (request: RecordedRequest): Script => {
  if (request.path === '/v1/models') return json({ data: scenarios.map((id) => ({ id, object: 'model' })) });
  if (request.path === '/v1/embeddings') {
    const { model, input: texts } = request.json as { model: string; input: string | readonly string[] };
    const list = typeof texts === 'string' ? [texts] : texts;
    return json({
      object: 'list',
      model,
      data: list.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 0.5, -1] })),
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
  }
  const body = request.json as Body;
  const said = say(understand(body));
  if (!said) return unknown(body.model);
  if (body.stream !== true) return whole(body.model, said);
  return streamed(body.model, said, body.stream_options?.include_usage === true);
};
