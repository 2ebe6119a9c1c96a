import type { Message } from '@lakehouse/chat-core';
import { type Notes, refuse, reject } from '../notes.js';
import { AssistantTurn, type TurnPiece } from './assistant-turn.js';
import { decodeCarrier } from './carrier.js';
import type { WireItem } from './input-schema.js';
import { answerOf } from './item-id.js';
import { toContent, toSpokenText, toTextContent } from './parts.js';
import type { ResponsesRequest } from './request-schema.js';
import { toModelName } from './tools.js';

type ReasoningItem = Extract<WireItem, { type: 'reasoning' }>;

const readReasoning = (item: ReasoningItem, path: string, notes: Notes): TurnPiece => {
  const { encrypted_content: encrypted } = item;
  const carrier = encrypted == null ? undefined : decodeCarrier(encrypted);
  if (encrypted != null && !carrier) {
    notes.drop(`${path}.encrypted_content`, 'it was not written here, or it was changed');
  }
  const [field, parts] = item.content?.length ? ['content', item.content] : ['summary', item.summary ?? []];
  const texts = parts.map((part, index) => toSpokenText([part], `${path}.${field}[${index}]`));
  return { kind: 'reasoning', text: texts.join('\n\n'), carrier };
};

/** What an item of the model itself says; undefined for an item of anybody else. */
const toPiece = (item: WireItem, path: string, notes: Notes): TurnPiece | undefined => {
  switch (item.type) {
    case 'message':
      return item.role === 'assistant'
        ? { kind: 'text', text: toSpokenText(item.content, `${path}.content`) }
        : undefined;
    case 'function_call': {
      const name = toModelName(item.name, item.namespace);
      return { kind: 'call', id: item.call_id, name, argumentsText: item.arguments };
    }
    case 'custom_tool_call': {
      const name = toModelName(item.name, item.namespace);
      const argumentsText = JSON.stringify({ input: item.input });
      return { kind: 'call', id: item.call_id, name, argumentsText };
    }
    case 'reasoning':
      return readReasoning(item, path, notes);
    default:
      return undefined;
  }
};

const toOtherMessage = (item: WireItem, path: string, notes: Notes): Message | undefined => {
  switch (item.type) {
    case 'message':
      return item.role === 'user'
        ? { role: 'user', content: toContent(item.content, `${path}.content`, notes) }
        : { role: 'system', content: toTextContent(item.content, `${path}.content`) };
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const content = toContent(item.output, `${path}.output`, notes);
      return { role: 'tool', content, toolCallId: item.call_id };
    }
    case 'item_reference':
      return refuse(path, 'items are not stored here; send the item itself, and store: false');
    case 'compaction':
      return refuse(path, 'only who wrote a compaction can read it; send the earlier items instead');
    case 'other':
      notes.drop(path, `items of type ${JSON.stringify(item.named)} mean nothing here`);
      return undefined;
    default:
      return undefined; // its tools were read before
  }
};

/** Instructions and input as messages. Throws `unsupported` for items that only a service with a memory could read. */
export const toMessages = (
  { instructions, input }: Pick<ResponsesRequest, 'instructions' | 'input'>,
  notes: Notes,
): readonly Message[] => {
  const messages: Message[] = [];
  if (instructions) messages.push({ role: 'system', content: instructions });
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  let turn: AssistantTurn | undefined;
  const finishTurn = (): void => {
    const message = turn?.finish();
    if (message) messages.push(message);
    turn = undefined;
  };
  for (const [index, item] of input.entries()) {
    const path = `input[${index}]`;
    const piece = toPiece(item, path, notes);
    if (piece) {
      const answer =
        piece.kind === 'reasoning' ? piece.carrier?.answer : answerOf('id' in item ? item.id : undefined);
      if (turn && !turn.takes(piece, answer)) finishTurn();
      turn ??= new AssistantTurn();
      turn.add(piece, answer);
      continue;
    }
    const message = toOtherMessage(item, path, notes);
    if (!message) continue;
    finishTurn();
    messages.push(message);
  }
  finishTurn();
  if (messages.length === 0) reject('input', 'expected at least one message');
  return messages;
};
