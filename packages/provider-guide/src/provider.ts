import { setImmediate } from 'node:timers/promises';
import {
  type CallContext,
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type Provider,
  toChatError,
} from '@lakehouse/chat-core';
import { composeAnswer, toWords } from './answer.js';
import type { Passage } from './documentation.js';
import { loadPassages } from './load-passages.js';
import { checkRequest } from './request-limits.js';
import { createSearch } from './search.js';

/** The plugin's name; its slice of `providerOptions` may be keyed by it. */
export const pluginName = 'guide';

const modelId = 'help';
const whatItIs = 'A built-in guide: full-text search over the documentation, not a language model';

/** What `createGuide` takes. */
export interface GuideSettings {
  /** What to search; default is the documentation that comes with this package. */
  readonly passages?: readonly Passage[];
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');

/** The guide as a provider, for use with or without a host. */
export const createGuide = (settings: GuideSettings = {}, id: string = pluginName): Provider => {
  const passages = settings.passages ?? loadPassages();
  const search = createSearch(passages);

  const answer = ({ messages }: ChatRequest): string => {
    const questions = messages.filter(({ role }) => role === 'user').map(textOf);
    const question = questions.pop() ?? '';
    return composeAnswer(search(question, questions.toReversed().join(' ')), passages);
  };

  async function* stream(request: ChatRequest, { signal }: CallContext): AsyncGenerator<ChatEvent> {
    const { model } = request;
    try {
      signal.throwIfAborted();
      if (model !== modelId) {
        throw new ChatError('model-not-found', `${id} has one model, "${modelId}"`, { provider: id, model });
      }
      const warnings = checkRequest(request, id, [id, pluginName]);
      yield { type: 'response-start', model, ...(warnings.length > 0 && { warnings }) };
      const words = toWords(answer(request));
      for (const delta of words) {
        await setImmediate(undefined, { signal }); // lets the caller's leaving be seen between two words
        yield { type: 'text-delta', delta };
      }
      const input = request.messages.flatMap((message) => toWords(textOf(message))).length;
      const usage = { input, output: words.length, unit: 'words' } as const;
      yield { type: 'response-end', finishReason: 'stop', usage };
    } catch (error) {
      throw toChatError(error, { provider: id, model, signal });
    }
  }

  return {
    specificationVersion: 'v1',
    id,
    capabilities: {
      tools: false,
      toolChoice: false,
      images: false,
      files: false,
      reasoning: false,
      structuredOutput: 'none',
      embeddings: false,
    },
    stream,
    models: async () => [{ id: modelId, displayName: 'Built-in guide', description: whatItIs }],
    availability: async () => ({ available: true, detail: whatItIs }),
  };
};
