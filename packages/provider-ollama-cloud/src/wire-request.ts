import { ChatError, type ChatRequest, type JsonObject, type Message } from '@lakehouse/chat-core';
import {
  type BodyContext,
  toChatBody,
  toSamplingOptions,
  toText,
  toThink,
  toTools,
} from '@lakehouse/provider-ollama';
import { formatInstruction } from '@lakehouse/provider-utils';
import { flattenMessages } from './flatten.js';

/** A request in the terms of one of the two endpoints. */
export interface UpstreamRequest {
  readonly endpoint: 'generate' | 'chat';
  readonly body: JsonObject;
  /** Whether labels of ours stand in the prompt, so that the model may copy one. */
  readonly isTranscript: boolean;
}

const hasImages = ({ content }: Message): boolean =>
  typeof content !== 'string' && content.some(({ type }) => type === 'image');

const hasText = ({ content }: Message): boolean =>
  typeof content === 'string'
    ? content.trim() !== ''
    : content.some((part) => part.type !== 'text' || part.text.trim() !== '');

const isEmpty = (message: Message): boolean =>
  !hasText(message) && !(message.role === 'assistant' && message.toolCalls?.length);

/** An empty prompt would only load the model, and answer nothing with a 200. */
const refuseEmpty = ({ messages, model }: ChatRequest, provider: string): void => {
  if (!messages.every(isEmpty)) return;
  throw new ChatError('invalid-request', `${provider}: messages: all of them are empty`, {
    provider,
    model,
    path: 'messages',
  });
};

/**
 * Whether only `/api/chat` can express a request: tools, images in more than one message or in a tool's result, and a
 * prompt without any text, which `/api/generate` takes for "only load the model".
 */
const needsChat = ({ messages, tools = [], toolChoice }: ChatRequest): boolean => {
  const turns = messages.filter(({ role }) => role !== 'system');
  const pictured = turns.filter(hasImages);
  const [first] = turns;
  const wordless =
    first === undefined || (turns.length === 1 && first.role === 'user' && toText(first.content) === '');
  const offersTools = tools.length > 0 && toolChoice !== 'none';
  return offersTools || pictured.length > 1 || pictured.some(({ role }) => role === 'tool') || wordless;
};

/** The instruction stands behind the caller's own system messages, and leaves the caller's other words as they are. */
const insertInstruction = (body: JsonObject, instruction: string | undefined): JsonObject => {
  if (instruction === undefined || !Array.isArray(body.messages)) return body;
  const messages = body.messages as readonly JsonObject[];
  const firstTurn = messages.findIndex(({ role }) => role !== 'system');
  const position = firstTurn === -1 ? messages.length : firstTurn;
  const system = { role: 'system', content: instruction };
  return { ...body, messages: messages.toSpliced(position, 0, system) };
};

/**
 * Chooses the endpoint and maps the request to it, without the caller's `providerOptions`. A `format` is sent, but
 * ollama.com does not enforce it, so that the prompt says it too.
 */
export const toUpstreamRequest = (request: ChatRequest, context: BodyContext): UpstreamRequest => {
  const { provider, warnings } = context;
  refuseEmpty(request, provider);
  const instruction = request.format === undefined ? undefined : formatInstruction(request.format);
  if (needsChat(request)) {
    const body = insertInstruction(toChatBody(request, context), instruction);
    return { endpoint: 'chat', body, isTranscript: false };
  }
  const { system, prompt, images, isTranscript } = flattenMessages(request, {
    provider,
    warnings,
    instruction,
  });
  const options = toSamplingOptions(request);
  toTools(request, warnings); // there are none to send, but a tool choice that is lost has to be said
  return {
    endpoint: 'generate',
    isTranscript,
    body: {
      model: request.model,
      ...(system !== undefined && { system }),
      prompt,
      ...(images.length > 0 && { images }),
      stream: context.delivery === 'stream',
      think: toThink(request, warnings),
      ...(request.format !== undefined && { format: request.format }),
      ...(Object.keys(options).length > 0 && { options }),
    },
  };
};
