import type { ToolCall } from '@lakehouse/chat-core';
import type { ToolCallFragment } from '../../src/index.js';

const call = (id: string, name: string, args: ToolCall['arguments']): ToolCall => ({
  id,
  name,
  arguments: args,
});

/** Each was seen at the servers that it names. */
export const oddities: readonly {
  name: string;
  fragments: readonly ToolCallFragment[];
  calls: readonly ToolCall[];
}[] = [
  {
    name: 'the original: id and name first, then arguments (OpenAI)',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '' },
      { index: 0, arguments: '{"x"' },
      { index: 0, arguments: ':1}' },
    ],
    calls: [call('a', 'f', { x: 1 })],
  },
  {
    name: 'parallel calls one after the other, and interleaved',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '{' },
      { index: 1, id: 'b', name: 'g', arguments: '{"y"' },
      { index: 0, arguments: '}' },
      { index: 1, arguments: ':2}' },
    ],
    calls: [call('a', 'f', {}), call('b', 'g', { y: 2 })],
  },
  {
    name: 'no index, no type, the whole call in one delta (Gemini, Mistral, Groq)',
    fragments: [
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'f', arguments: '{"x":2}' },
    ],
    calls: [call('a', 'f', { x: 1 }), call('b', 'f', { x: 2 })],
  },
  {
    name: 'no index and no id: a name begins a call, and what has none goes on',
    fragments: [{ name: 'f', arguments: '{"x"' }, { arguments: ':1}' }, { name: 'f', arguments: '{}' }],
    calls: [call('made-1', 'f', { x: 1 }), call('made-2', 'f', {})],
  },
  {
    name: 'no index, the id in each fragment',
    fragments: [
      { id: 'a', name: 'f', arguments: '{"x"' },
      { id: 'b', name: 'g' },
      { id: 'a', arguments: ':1}' },
    ],
    calls: [call('a', 'f', { x: 1 }), call('b', 'g', {})],
  },
  {
    name: 'the first index is 1 (gateways before Anthropic)',
    fragments: [
      { index: 1, id: 'a', name: 'f', arguments: '{' },
      { index: 1, arguments: '}' },
      { index: 3, id: 'b', name: 'g', arguments: '{}' },
    ],
    calls: [call('a', 'f', {}), call('b', 'g', {})],
  },
  {
    name: 'an index of null',
    fragments: [
      { index: null, id: 'a', name: 'f', arguments: '{' },
      { index: null, id: null, name: null, arguments: '}' },
    ],
    calls: [call('a', 'f', {})],
  },
  {
    name: 'an empty id, for which one is made (Gemini)',
    fragments: [
      { index: 0, id: '', name: 'f', arguments: '{}' },
      { index: 1, name: 'g', arguments: '{}' },
    ],
    calls: [call('made-1', 'f', {}), call('made-2', 'g', {})],
  },
  {
    name: 'later fragments with an empty id and name, which overwrite nothing (Qwen, GLM)',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '' },
      { index: 0, id: '', name: '', arguments: '{}' },
    ],
    calls: [call('a', 'f', {})],
  },
  {
    name: 'later fragments that repeat id and name (llama-server, SGLang)',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '{' },
      { index: 0, id: 'a', name: 'f', arguments: '}' },
    ],
    calls: [call('a', 'f', {})],
  },
  {
    name: 'the same index with a new id is a new call',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '{}' },
      { index: 0, id: 'b', name: 'f', arguments: '{"x"' },
      { index: 0, arguments: ':1}' },
    ],
    calls: [call('a', 'f', {}), call('b', 'f', { x: 1 })],
  },
  {
    name: 'the same index with a new id in each fragment, and no name, is one call',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '{"x"' },
      { index: 0, id: 'b', arguments: ':1' },
      { index: 0, id: 'c', name: '', arguments: '}' },
    ],
    calls: [call('a', 'f', { x: 1 })],
  },
  {
    name: 'arguments as an object (some Mistral and home-made servers)',
    fragments: [{ index: 0, id: 'a', name: 'f', arguments: { x: [1] } }],
    calls: [call('a', 'f', { x: [1] })],
  },
  {
    name: 'no arguments at all, null, or the text "null"',
    fragments: [
      { index: 0, id: 'a', name: 'f' },
      { index: 1, id: 'b', name: 'f', arguments: null },
      { index: 2, id: 'c', name: 'f', arguments: 'null' },
    ],
    calls: [call('a', 'f', {}), call('b', 'f', {}), call('c', 'f', {})],
  },
  {
    name: 'white space after complete JSON (OpenRouter)',
    fragments: [
      { index: 0, id: 'a', name: 'f', arguments: '{"x":1}' },
      { index: 0, arguments: ' \n' },
    ],
    calls: [call('a', 'f', { x: 1 })],
  },
  {
    name: 'arguments before the name, with an id or without',
    fragments: [
      { index: 0, arguments: '{"x"' },
      { index: 0, id: 'a', name: 'f', arguments: ':1}' },
    ],
    calls: [call('a', 'f', { x: 1 })],
  },
  {
    name: 'an id before the name',
    fragments: [
      { index: 0, id: 'a' },
      { index: 0, name: 'f', arguments: '{}' },
    ],
    calls: [call('a', 'f', {})],
  },
  {
    name: 'a name before the id',
    fragments: [
      { index: 0, name: 'f', arguments: '' },
      { index: 0, id: 'a', arguments: '{}' },
    ],
    calls: [call('a', 'f', {})],
  },
  {
    name: 'an id that comes after the arguments began is too late, and no new call',
    fragments: [
      { index: 0, name: 'f', arguments: '{' },
      { index: 0, id: 'late', name: 'f', arguments: '}' },
    ],
    calls: [call('made-1', 'f', {})],
  },
  {
    name: 'an id of a server after a made one: another name tells that it is another call',
    fragments: [
      { index: 0, name: 'f', arguments: '{}' },
      { index: 0, id: 'b', name: 'g', arguments: '{}' },
    ],
    calls: [call('made-1', 'f', {}), call('b', 'g', {})],
  },
  {
    name: 'a fragment that says nothing is no call',
    fragments: [{}, { index: 0 }, { index: 4, id: '', name: '', arguments: '' }],
    calls: [],
  },
  {
    name: 'a second call that is complete before the first has its name',
    fragments: [
      { index: 0, arguments: '{}' },
      { index: 1, id: 'b', name: 'g', arguments: '{}' },
      { index: 0, id: 'a', name: 'f' },
    ],
    calls: [call('a', 'f', {}), call('b', 'g', {})],
  },
  {
    name: 'arguments that are not an object stay text',
    fragments: [{ index: 0, id: 'a', name: 'f', arguments: '{"x":' }],
    calls: [call('a', 'f', '{"x":')],
  },
  {
    name: 'the name of a prototype as id and name',
    fragments: [{ id: '__proto__', name: 'constructor', arguments: '{}' }],
    calls: [call('__proto__', 'constructor', {})],
  },
];
