import type { ChatRequest, ContentPart, JsonObject, Message, TextPart } from '@lakehouse/chat-core';
import fc from 'fast-check';

const name = fc.string({ minLength: 1 });
const key = name.filter((text) => text !== '__proto__');
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const mediaType = fc.constantFrom('image/png', 'application/pdf', 'text/x.a+b');

/** Free-form JSON objects, as they look after a trip through JSON. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .dictionary(key, fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const metadata = fc.dictionary(key, jsonObject, { maxKeys: 2, noNullPrototype: true });

const record = <T>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, ...requiredKeys: (keyof T)[]) =>
  fc.record(required, { requiredKeys, noNullPrototype: true });

const text: fc.Arbitrary<TextPart> = fc.record({ type: fc.constant('text' as const), text: fc.string() });
const part = fc.oneof(
  text,
  fc.record({ type: fc.constant('image' as const), data: base64, mediaType }),
  fc.record({ type: fc.constant('image' as const), url: fc.webUrl() }),
  record(
    { type: fc.constant('file' as const), data: base64, mediaType, filename: name },
    'type',
    'data',
    'mediaType',
  ),
) as fc.Arbitrary<ContentPart>;
const textContent = fc.oneof(fc.string(), fc.array(text));
const content = fc.oneof(fc.string(), fc.array(part));

const toolCall = record(
  {
    id: name,
    name,
    arguments: fc.oneof(jsonObject, fc.string()),
    providerMetadata: metadata,
  },
  'id',
  'name',
  'arguments',
);

const message = fc.oneof(
  record({ role: fc.constant('system' as const), content: textContent, name }, 'role', 'content'),
  record({ role: fc.constant('user' as const), content, name }, 'role', 'content'),
  record(
    {
      role: fc.constant('assistant' as const),
      content: textContent,
      name,
      reasoning: fc.string(),
      reasoningSegments: fc.array(record({ text: fc.string(), signature: fc.string() }, 'text'), {
        maxLength: 2,
      }),
      toolCalls: fc.array(toolCall, { maxLength: 2 }),
      providerMetadata: metadata,
    },
    'role',
    'content',
  ),
  record(
    { role: fc.constant('tool' as const), content, toolCallId: name, name },
    'role',
    'content',
    'toolCallId',
  ),
) as fc.Arbitrary<Message>;

const tool = record({ name, description: fc.string(), parameters: jsonObject, strict: fc.boolean() }, 'name');

/** Every request that the native front can express. */
export const chatRequest: fc.Arbitrary<ChatRequest> = record(
  {
    model: name,
    messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs),
    topP: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    topK: fc.nat(),
    seed: fc.integer(),
    stop: fc.array(name, { maxLength: 3 }),
    maxTokens: fc.integer({ min: 1 }),
    presencePenalty: fc.integer({ min: -2, max: 2 }),
    frequencyPenalty: fc.integer({ min: -2, max: 2 }),
    format: fc.oneof(fc.constant('json' as const), jsonObject),
    think: fc.constantFrom(true, false, 'low' as const, 'medium' as const, 'high' as const),
    tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
    toolChoice: fc.constantFrom('auto' as const, 'none' as const, 'required' as const, 'first' as const),
    parallelToolCalls: fc.boolean(),
    strict: fc.boolean(),
    providerOptions: metadata,
  },
  'model',
  'messages',
).map(({ toolChoice, ...request }) => {
  const first = request.tools?.[0]?.name;
  if (toolChoice === undefined || (toolChoice === 'required' && first === undefined)) return request;
  if (toolChoice !== 'first') return { ...request, toolChoice };
  return first === undefined ? request : { ...request, toolChoice: { name: first } };
}) as fc.Arbitrary<ChatRequest>;
