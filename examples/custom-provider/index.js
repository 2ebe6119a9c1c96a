// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError, defineProvider, toChatError } from '@lakehouse/chat-core';
import { z } from 'zod';

/** @import { CallContext, ChatEvent, ChatRequest, Message, Provider } from '@lakehouse/chat-core' */

const name = 'echo';

const options = z.strictObject({
  /** Milliseconds between two words. */
  delay: z.int().min(0).default(0),
});

const capabilities = /** @type {const} */ ({
  tools: false,
  toolChoice: false,
  images: false,
  files: false,
  reasoning: false,
  structuredOutput: 'none',
  embeddings: false,
});

/** What this provider does not know and says so, instead of passing over it in silence. */
const ignored = /** @type {const} */ ([
  'temperature',
  'topP',
  'topK',
  'seed',
  'stop',
  'maxTokens',
  'presencePenalty',
  'frequencyPenalty',
  'think',
]);

/** @param {Message} message */
const textOf = ({ content }) =>
  typeof content === 'string' ? content : content.map((part) => ('text' in part ? part.text : '')).join('');

/**
 * @param {ChatRequest} request
 * @param {string} id
 */
const check = (request, id) => {
  /** @param {string} message */
  const refuse = (message) =>
    new ChatError('unsupported', `${id}: ${message}`, { provider: id, model: request.model });
  if (request.tools?.length || request.format !== undefined) throw refuse('echo has no tools and no formats');
  if (
    request.messages.some(
      ({ content }) => typeof content !== 'string' && content.some((part) => part.type !== 'text'),
    )
  ) {
    throw refuse('echo repeats text only');
  }
  const dropped = ignored.filter(
    (parameter) => request[parameter] !== undefined && request[parameter] !== false,
  );
  if (request.strict && dropped[0]) throw refuse(`${dropped[0]} has no effect`);
  return dropped.map((parameter) => ({
    code: /** @type {const} */ ('parameter-dropped'),
    parameter,
    message: `${parameter} has no effect on ${id}`,
  }));
};

/**
 * Repeats the last message word by word.
 *
 * @param {z.input<typeof options>} input
 * @param {string} id
 * @returns {Provider}
 */
export const createEcho = (input = {}, id = name) => {
  const { delay } = options.parse(input);

  /**
   * @param {ChatRequest} request
   * @param {CallContext} context
   * @returns {AsyncGenerator<ChatEvent>}
   */
  async function* stream(request, { signal }) {
    const { model, messages } = request;
    try {
      signal.throwIfAborted();
      const warnings = check(request, id);
      yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
      const last = messages.at(-1);
      for (const delta of (last ? textOf(last) : '').match(/\s*\S+|\s+$/g) ?? []) {
        await sleep(delay, undefined, { signal });
        yield { type: 'text-delta', delta };
      }
      yield { type: 'response-end', finishReason: 'stop' };
    } catch (error) {
      throw toChatError(error, { provider: id, model, signal });
    }
  }

  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    stream,
    models: async () => [{ id: 'parrot', description: 'Repeats the last message' }],
    availability: async () => ({ available: true }),
  };
};

export default defineProvider({
  specificationVersion: 'v1',
  name,
  options,
  create: (checked, host) => createEcho(checked, host.id),
});
