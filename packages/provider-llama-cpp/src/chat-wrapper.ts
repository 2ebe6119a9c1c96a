import type { ChatWrapper, LlamaText } from 'node-llama-cpp';
import type { Library } from './load-library.js';

type State = ReturnType<ChatWrapper['generateContextState']>;

/** The template itself begins every answer with reasoning. */
const beginsWithThought = ({ settings }: ChatWrapper): boolean => {
  const thought = settings.segments?.thought;
  const prefix = thought?.prefix;
  const opened = typeof prefix === 'object' && 'type' in prefix && prefix.type === 'openedOnStart';
  return opened || thought?.openOnResponseStart === true;
};

/** Everything is the original's but the state that a prompt ends in, and what is said here of the settings. */
const derive = (
  wrapper: ChatWrapper,
  settings: ChatWrapper['settings'],
  change: (state: State) => State,
): ChatWrapper => {
  const generateContextState: ChatWrapper['generateContextState'] = (options) =>
    change(wrapper.generateContextState(options));
  const derived: ChatWrapper = Object.create(wrapper, {
    settings: { value: settings },
    generateContextState: { value: generateContextState },
  });
  return derived;
};

/**
 * Closes the reasoning that a template opens at the start of each answer, for answers that must not have any: a grammar
 * would otherwise write into the reasoning.
 */
export const withoutThought = (library: Library, wrapper: ChatWrapper): ChatWrapper => {
  if (!beginsWithThought(wrapper)) return wrapper;
  const { thought, ...segments } = wrapper.settings.segments ?? {};
  const close = (text: LlamaText): LlamaText => library.LlamaText([text, thought?.suffix ?? '']);
  return derive(wrapper, { ...wrapper.settings, segments }, (state) => ({
    ...state,
    contextText: close(state.contextText),
  }));
};

/** Makes the answer begin with a call: the library writes its prefix, and the grammar of the functions does the rest. */
export const withCall = (library: Library, wrapper: ChatWrapper): ChatWrapper =>
  derive(wrapper, wrapper.settings, ({ contextText, stopGenerationTriggers }) => ({
    contextText,
    stopGenerationTriggers,
    noPrefixTrigger: { type: 'functionCall', inject: library.LlamaText([]) },
  }));
