import { describe, expect, it } from 'vitest';
import { requestOf } from './support/ollama.js';

const call = (name: string, id?: string) => ({
  ...(id && { id }),
  function: { name, arguments: { for: name } },
});
const asks = (...calls: object[]) => ({ role: 'assistant', content: '', tool_calls: calls });
const result = (fields: object) => ({ role: 'tool', content: 'ok', ...fields });
const user = { role: 'user', content: 'go on' };

/** Calls as `name=id`, results as `>id`. */
const idsOf = (...messages: object[]): readonly string[] =>
  requestOf({ messages }).messages.flatMap((message) => {
    if (message.role === 'tool') return [`>${message.toolCallId}`];
    if (message.role !== 'assistant') return [];
    return (message.toolCalls ?? []).map(({ id, name }) => `${name}=${id}`);
  });

describe('ids of tool calls', () => {
  it('are the ones that the client has', () => {
    expect(
      idsOf(
        asks(call('f', 'a'), call('g', 'b')),
        result({ tool_call_id: 'b' }),
        result({ tool_call_id: 'a' }),
      ),
    ).toEqual(['f=a', 'g=b', '>b', '>a']);
  });

  it('are made of the place where there are none, so that the next turn has the same', () => {
    const first = [user, asks(call('f'), call('g')), result({ tool_name: 'f' }), result({ tool_name: 'g' })];
    expect(idsOf(...first)).toEqual(['f=call_1_0', 'g=call_1_1', '>call_1_0', '>call_1_1']);
    expect(idsOf(...first, user, asks(call('f')), result({})).slice(0, 4)).toEqual(idsOf(...first));
  });

  it('are never one that the conversation has elsewhere', () => {
    expect(idsOf(asks(call('f'), call('g', 'call_0_0')), result({ tool_call_id: 'call_0_0' }))).toEqual([
      'f=call_0_0_',
      'g=call_0_0',
      '>call_0_0',
    ]);
  });

  it('are made unique where an older server used one in every turn', () => {
    const turn = [asks(call('f', 'call_1')), result({ tool_call_id: 'call_1' })];
    expect(idsOf(...turn, user, ...turn)).toEqual(['f=call_1', '>call_1', 'f=call_3_0', '>call_3_0']);
  });

  it('keep arguments, an empty object where there are none, and what a provider wants back', () => {
    const metadata = { lab: { state: 1 } };
    const messages = [
      asks({ ...call('f', 'a'), provider_metadata: metadata }, { id: 'b', function: { name: 'g' } }),
    ];
    expect(requestOf({ messages }).messages[0]).toMatchObject({
      toolCalls: [
        { id: 'a', name: 'f', arguments: { for: 'f' }, providerMetadata: metadata },
        { id: 'b', name: 'g', arguments: {} },
      ],
    });
  });
});

describe('a tool result belongs to', () => {
  it('the call with its name, in whatever order they come; "name" is the older word', () => {
    expect(idsOf(asks(call('f'), call('g')), result({ tool_name: 'g' }), result({ name: 'f' }))).toEqual([
      'f=call_0_0',
      'g=call_0_1',
      '>call_0_1',
      '>call_0_0',
    ]);
  });

  it('the next call of that name that has no result, where one function was called twice', () => {
    expect(
      idsOf(asks(call('f'), call('f')), result({ tool_name: 'f' }), result({ tool_name: 'f' })).slice(2),
    ).toEqual(['>call_0_0', '>call_0_1']);
  });

  it('the next call without a result, where it says nothing or something unknown', () => {
    expect(
      idsOf(
        asks(call('f'), call('g'), call('h')),
        result({}),
        result({ tool_call_id: 'x' }),
        result({ tool_name: 'y' }),
      ).slice(3),
    ).toEqual(['>call_0_0', '>call_0_1', '>call_0_2']);
  });

  it('a call of its own turn: one that got no result in an earlier turn is left alone', () => {
    expect(idsOf(asks(call('f')), user, asks(call('f')), result({ tool_name: 'f' })).at(-1)).toBe(
      '>call_2_0',
    );
  });

  it('a call of an earlier turn only by its id', () => {
    expect(
      idsOf(asks(call('f', 'a')), user, asks(call('f', 'b')), result({ tool_call_id: 'a' })).at(-1),
    ).toBe('>a');
  });

  it('one of several messages, where a client keeps each line of a stream', () => {
    expect(
      idsOf(asks(call('f')), asks(call('g')), result({ tool_name: 'f' }), result({ tool_name: 'g' })).slice(
        2,
      ),
    ).toEqual(['>call_0_0', '>call_1_0']);
  });

  it('nothing, where there was no call: the upstream has to say what it makes of it', () => {
    expect(idsOf(result({ tool_call_id: 'x' }), result({}))).toEqual(['>x', '>call_1_0']);
  });

  it('and keeps the name of its function', () => {
    const messages = [asks(call('f')), result({ tool_name: 'f' })];
    expect(requestOf({ messages }).messages[1]).toEqual({
      role: 'tool',
      content: 'ok',
      toolCallId: 'call_0_0',
      name: 'f',
    });
  });
});

it('a conversation of very many calls costs no more for each of them', () => {
  const count = 50_000;
  const calls = Array.from({ length: count }, (_, index) => call(`f${index}`));
  const results = Array.from({ length: count }, () => result({ tool_call_id: 'x', tool_name: 'y' }));
  const before = performance.now();
  expect(idsOf(asks(...calls), ...results).at(-1)).toBe(`>call_0_${count - 1}`);
  expect(performance.now() - before).toBeLessThan(5_000);
});
