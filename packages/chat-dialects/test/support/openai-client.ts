// What SDKs make of a streamed answer, written against the wire only, and as strict as the strictest of them.

interface WireFragment {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function: { readonly name?: string; readonly arguments: string };
}

interface WireChunk {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: Readonly<Record<string, unknown>> & { readonly tool_calls?: readonly WireFragment[] };
    readonly finish_reason: string | null;
    readonly native_finish_reason?: string;
  }[];
  readonly usage?: object;
  readonly warnings?: readonly object[];
  readonly error?: { readonly message: string; readonly type: string; readonly code: string };
}

export interface WireStream {
  readonly chunks: readonly WireChunk[];
  readonly done: boolean;
}

/** Server-sent events up to `[DONE]`; comments are ignored, anything after it is a fault. */
export const readOpenaiStream = (text: string): WireStream => {
  const lines = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  const payloads = lines.map((line) => {
    if (!line.startsWith('data: ') || line.includes('\n')) throw new Error(`not a data line: ${line}`);
    return line.slice('data: '.length);
  });
  const end = payloads.indexOf('[DONE]');
  if (end !== -1 && end !== payloads.length - 1) throw new Error('data after [DONE]');
  const bodies = end === -1 ? payloads : payloads.slice(0, -1);
  return { chunks: bodies.map((body) => JSON.parse(body) as WireChunk), done: end !== -1 };
};

interface OpenCall {
  id: string;
  type: string;
  function: { name: string; arguments: string };
}

const readFragment = (calls: OpenCall[], { index, id, type, function: given }: WireFragment): void => {
  const call = calls[index];
  if (call) {
    if (id !== undefined || type !== undefined || given.name !== undefined)
      throw new Error('a later fragment repeats who it is');
    call.function.arguments += given.arguments;
    return;
  }
  if (index !== calls.length || id === undefined || type !== 'function' || given.name === undefined)
    throw new Error('the first fragment of a call is not whole');
  calls.push({ id, type, function: { name: given.name, arguments: given.arguments } });
};

/**
 * The whole answer of a complete stream. `joins`: whether the reader knows `reasoning_content`, or keeps only the last
 * piece of it, as OpenAI's own helper does with all fields that it does not know.
 */
export const assemble = ({ chunks, done }: WireStream, { joins = true } = {}) => {
  if (!done) throw new Error('the stream is not complete');
  const message: Record<string, unknown> = { content: '' };
  let thought = '';
  const calls: OpenCall[] = [];
  let finish: WireChunk['choices'][number] | undefined;
  let usage: object | undefined;
  for (const { choices, usage: told } of chunks) {
    usage = told ?? usage;
    const [choice] = choices;
    if (!choice) continue;
    if (finish) throw new Error('a choice after its finish');
    const { content = '', reasoning_content: reasoning, tool_calls = [], ...rest } = choice.delta;
    Object.assign(message, rest);
    message.content = `${String(message.content)}${String(content)}`;
    if (typeof reasoning === 'string') {
      thought = joins ? thought + reasoning : reasoning;
      message.reasoning_content = thought;
    }
    for (const fragment of tool_calls) readFragment(calls, fragment);
    if (choice.finish_reason !== null) finish = choice;
  }
  if (!finish) throw new Error('missing finish_reason for choice 0');
  return {
    message: {
      ...message,
      content: message.content === '' && calls.length > 0 ? null : message.content,
      refusal: null,
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    finish_reason: finish.finish_reason,
    native_finish_reason: finish.native_finish_reason,
    usage,
  };
};
