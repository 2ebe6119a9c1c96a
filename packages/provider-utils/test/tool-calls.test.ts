import { Collector, type ToolCallDelta } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { generateToolCallId, ToolCallAssembler } from '../src/index.js';
import { oddities } from './support/tool-call-oddities.js';
import { collected, deltasOf } from './support/tool-calls.js';

describe('ToolCallAssembler', () => {
  it.each(oddities)('$name', ({ fragments, calls }) => {
    expect(collected(fragments)).toEqual(calls);
  });

  it('gives a delta as soon as it is certain, and id and name only once', () => {
    const assembler = new ToolCallAssembler(() => 'made');
    expect(assembler.push({ index: 0, id: 'a', name: 'f', arguments: '' })).toEqual([
      { type: 'tool-call-delta', index: 0, id: 'a', name: 'f' },
    ]);
    expect(assembler.push({ index: 0, id: 'a', name: 'f', arguments: '{' })).toEqual([
      { type: 'tool-call-delta', index: 0, argumentsDelta: '{' },
    ]);
    expect(assembler.push({ index: 0 })).toEqual([]);
    expect(assembler.push({ index: 1, name: 'g' })).toEqual([]);
    expect(assembler.push({ index: 1, arguments: '{}' })).toEqual([
      { type: 'tool-call-delta', index: 1, id: 'made', name: 'g', argumentsDelta: '{}' },
    ]);
    expect(assembler.end()).toEqual([]);
  });

  it('hands metadata on, before and after a call is announced', () => {
    const one = { example: { signature: 'x' } };
    const deltas = deltasOf([
      { index: 0, providerMetadata: one },
      { index: 0, id: 'a', name: 'f' },
      { index: 0, providerMetadata: { example: { signature: 'y' } } },
    ]);
    expect(deltas.map((delta: ToolCallDelta) => delta.providerMetadata)).toEqual([
      one,
      { example: { signature: 'y' } },
    ]);
  });

  it('refuses a call that never got a name', () => {
    const assembler = new ToolCallAssembler();
    assembler.push({ index: 0, id: 'a', arguments: '{}' });
    expect(assembler.any).toBe(true);
    expect(() => assembler.end()).toThrow(expect.objectContaining({ code: 'bad-response' }));
  });

  it('knows whether there was any call', () => {
    const assembler = new ToolCallAssembler();
    expect(assembler.any).toBe(false);
    assembler.push({ index: 0 });
    expect(assembler.any).toBe(false);
  });

  it('makes ids that differ, and that every server takes', () => {
    const ids = new Set(Array.from({ length: 1000 }, generateToolCallId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^call_[0-9a-f]{24}$/);
  });

  it('keeps the rules of the contract for a thousand calls in a row', () => {
    const collector = new Collector();
    collector.push({ type: 'response-start', model: 'm' });
    const fragments = Array.from({ length: 1000 }, (_, index) => ({
      index,
      id: `id-${index}`,
      name: 'f',
      arguments: '{}',
    }));
    for (const delta of deltasOf(fragments)) collector.push(delta);
    collector.push({ type: 'response-end', finishReason: 'tool_calls' });
    expect(collector.finish().toolCalls).toHaveLength(1000);
  });
});
