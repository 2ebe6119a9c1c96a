import type { ChatHistoryItem, ChatWrapper } from 'node-llama-cpp';
import type { Library } from './load-library.js';

type State = ReturnType<ChatWrapper['generateContextState']>;

type Prefix = NonNullable<NonNullable<ChatWrapper['settings']['segments']>['thought']>['prefix'];

/** The template itself writes the beginning. */
const isOpened = (
  prefix: Prefix | undefined,
): prefix is Extract<Prefix, { readonly type: 'openedOnStart' }> =>
  typeof prefix === 'object' && 'type' in prefix && prefix.type === 'openedOnStart';

/** Everything is the original's but the state that a prompt ends in, and what is said here of the settings. */
const derive = (
  wrapper: ChatWrapper,
  settings: ChatWrapper['settings'],
  change: (state: State, history: readonly ChatHistoryItem[]) => State,
): ChatWrapper => {
  const generateContextState: ChatWrapper['generateContextState'] = (options) =>
    change(wrapper.generateContextState(options), options.chatHistory);
  const derived: ChatWrapper = Object.create(wrapper, {
    settings: { value: settings },
    generateContextState: { value: generateContextState },
  });
  return derived;
};

/**
 * Gives an answer an empty reasoning before it, where the template or the library would open one: a grammar would
 * otherwise write into it.
 */
export const withoutThought = (library: Library, wrapper: ChatWrapper): ChatWrapper => {
  const { thought, ...others } = wrapper.settings.segments ?? {};
  const { prefix, suffix = '' } = thought ?? {};
  const opened = isOpened(prefix);
  if (!thought || !(opened || thought.openOnResponseStart)) return wrapper;
  const segments = opened ? others : { ...others, thought: { ...thought, openOnResponseStart: false } };
  const empty = library.LlamaText(isOpened(prefix) ? [suffix] : [prefix ?? '', suffix]);
  return derive(wrapper, { ...wrapper.settings, segments }, (state, history) => {
    const last = history.at(-1);
    if (last?.type === 'model' && last.response.length > 0) return state; // it goes on with what is said already
    return { ...state, contextText: library.LlamaText([state.contextText, empty]) };
  });
};

/** Makes the answer begin with a call: the library writes its prefix, and the grammar of the functions does the rest. */
export const withCall = (library: Library, wrapper: ChatWrapper): ChatWrapper =>
  derive(wrapper, wrapper.settings, ({ contextText, stopGenerationTriggers }) => ({
    contextText,
    stopGenerationTriggers,
    noPrefixTrigger: { type: 'functionCall', inject: library.LlamaText([]) },
  }));
