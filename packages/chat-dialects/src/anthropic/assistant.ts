import type {
  AssistantMessage,
  JsonObject,
  ProviderMetadata,
  ReasoningSegment,
  ToolCall,
} from '@lakehouse/chat-core';
import type { Notes } from '../notes.js';
import { present } from '../present.js';
import type { AssistantBlock } from './block-schema.js';
import { type CarriedMetadata, fromCarriedData, unparsedArguments, unsigned } from './reasoning-carrier.js';

type Reasoning = Pick<AssistantMessage, 'reasoning' | 'reasoningSegments'>;

/** As in a stream of events, a signature belongs to all reasoning since the last one. */
const toReasoning = (blocks: readonly AssistantBlock[]): Reasoning => {
  const segments: ReasoningSegment[] = [];
  let text = '';
  let start = 0;
  for (const block of blocks) {
    if (block.type !== 'thinking') continue;
    text += block.thinking;
    const { signature } = block;
    if (!signature || signature === unsigned) continue;
    segments.push({ text: text.slice(start), signature });
    start = text.length;
  }
  if (segments.length > 0 && start < text.length) segments.push({ text: text.slice(start) });
  return {
    ...(text !== '' && { reasoning: text }),
    ...(segments.length > 0 && { reasoningSegments: segments }),
  };
};

const toArguments = (input: JsonObject): JsonObject | string => {
  const text = input[unparsedArguments];
  return typeof text === 'string' && Object.keys(input).length === 1 ? text : input;
};

const toToolCall = (
  block: Extract<AssistantBlock, { type: 'tool_use' }>,
  carried: ProviderMetadata | undefined,
): ToolCall => ({
  id: block.id,
  name: block.name,
  arguments: toArguments(block.input ?? {}),
  ...present({ providerMetadata: carried ?? block.provider_metadata }),
});

interface Carried extends CarriedMetadata {
  /** Data of `redacted_thinking` blocks that Anthropic itself wrote. */
  readonly redacted: readonly string[];
}

const readCarried = (blocks: readonly AssistantBlock[], path: string): Carried => {
  const redacted: string[] = [];
  const calls = new Map<string, ProviderMetadata>();
  let message: ProviderMetadata | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'redacted_thinking') continue;
    const carried = fromCarriedData(block.data, `${path}[${index}].data`);
    if (!carried) redacted.push(block.data);
    message = carried?.message ?? message;
    for (const [id, metadata] of carried?.calls ?? []) calls.set(id, metadata);
  }
  return { redacted, calls, ...present({ message }) };
};

const toMetadata = ({ message, redacted }: Carried): ProviderMetadata | undefined =>
  redacted.length === 0
    ? message
    : { ...message, anthropic: { ...message?.anthropic, redacted_thinking: redacted } };

/** The content of one assistant turn; its order of text and calls has no place in the contract. */
export const toAssistant = (
  content: string | readonly AssistantBlock[],
  path: string,
  notes: Notes,
): AssistantMessage => {
  if (typeof content === 'string') return { role: 'assistant', content };
  const carried = readCarried(content, path);
  const texts: string[] = [];
  const toolCalls: ToolCall[] = [];
  for (const [index, block] of content.entries()) {
    if (block.type === 'text') texts.push(block.text);
    else if (block.type === 'tool_use') toolCalls.push(toToolCall(block, carried.calls.get(block.id)));
    else if (block.type === 'unknown') {
      notes.drop(`${path}[${index}]`, `blocks of type ${JSON.stringify(block.name)} have no counterpart`);
    }
  }
  return {
    role: 'assistant',
    content: texts.join(''),
    ...toReasoning(content),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...present({ providerMetadata: toMetadata(carried) }),
  };
};
