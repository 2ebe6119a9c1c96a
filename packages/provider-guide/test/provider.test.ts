import { lookup } from 'node:dns';
import { type ChatEvent, chat, collect, createCallContext } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import plugin, { createGuide } from '../src/index.js';
import { ask, passages } from './support.js';

const guide = createGuide({ passages });

describe('an answer', () => {
  it('says what is speaking, shows the best passage and names its source', async () => {
    const { content, finishReason } = await chat(guide, ask('how to brew green tea'));
    expect(content.split('\n')[0]).toMatch(/built-in guide.*not a language model/);
    expect(content).toContain('From docs/tea.md, "Tea › How do I brew green tea?":');
    expect(content).toContain('Take water of 80 degrees.');
    expect(finishReason).toBe('stop');
  });

  it('names other fitting passages without their text', async () => {
    const { content } = await chat(guide, ask('how to brew green tea'));
    expect(content).toContain('See also:\n- Tea › How do I brew black tea? (docs/tea.md)');
    expect(content).not.toContain('Take boiling water.');
  });

  it.each(['what is the capital of France?', 'write me a poem about the sea', 'hello', ''])(
    'says that nothing fits %j, and lists its pages',
    async (question) => {
      const { content } = await chat(guide, ask(question));
      expect(content).toContain('Nothing in the documentation fits');
      expect(content).toContain('- Tea (docs/tea.md)\n- Bread (docs/bread.md)');
    },
  );

  it('is the same whole as streamed', async () => {
    const request = ask('bread');
    const stream = guide.stream(request, createCallContext({ delivery: 'stream' }));
    expect(await collect(stream)).toEqual(await chat(guide, request));
  });

  it('comes in pieces of one word, after response-start and before response-end', async () => {
    const events: ChatEvent[] = [];
    for await (const event of guide.stream(ask('bread'), createCallContext())) events.push(event);
    expect(events[0]).toEqual({ type: 'response-start', model: 'help' });
    expect(events.at(-1)?.type).toBe('response-end');
    const words = events.slice(1, -1);
    expect(words.length).toBeGreaterThan(10);
    for (const event of words)
      expect(event).toEqual({ type: 'text-delta', delta: expect.stringMatching(/^\s*\S+$/) });
  });

  it('counts words and says so', async () => {
    const { usage, content } = await chat(guide, ask('how is bread made?'));
    expect(usage).toEqual({ input: 4, output: content.split(/\s+/).length, unit: 'words' });
  });

  it('is about the last user message; the earlier ones only break ties', async () => {
    const turns = (first: string, last: string) => [
      { role: 'user' as const, content: first },
      { role: 'assistant' as const, content: 'See above.' },
      { role: 'user' as const, content: last },
    ];
    const follow = await chat(guide, {
      model: 'help',
      messages: turns('I like black tea', 'how do I brew it?'),
    });
    expect(follow.content).toContain('From docs/tea.md, "Tea › How do I brew black tea?"');
    const change = await chat(guide, { model: 'help', messages: turns('I like black tea', 'and bread?') });
    expect(change.content).toContain('From docs/bread.md, "Bread"');
  });

  it('reads text parts', async () => {
    const content = [{ type: 'text' as const, text: 'bread' }];
    const answer = await chat(guide, { model: 'help', messages: [{ role: 'user', content }] });
    expect(answer.content).toContain('From docs/bread.md');
  });
});

describe('cancelling', () => {
  it('ends with aborted in the middle, and yields nothing more', async () => {
    const controller = new AbortController();
    const seen: ChatEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const event of guide.stream(
        ask('bread'),
        createCallContext({ signal: controller.signal }),
      )) {
        seen.push(event);
        if (seen.length === 3) controller.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'aborted', provider: 'guide' });
    expect(seen).toHaveLength(3);
  });

  it('yields nothing when the signal is aborted already', async () => {
    await expect(chat(guide, ask('bread'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('lets other work go on between two words', async () => {
    let turns = 0;
    let next: NodeJS.Immediate;
    const work = (): void => {
      turns += 1;
      next = setImmediate(work);
    };
    next = setImmediate(work);
    await chat(guide, ask('green tea'));
    clearImmediate(next);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('the provider', () => {
  it('has one model, and says that it is no language model', async () => {
    const context = createCallContext();
    expect(await guide.models?.(context)).toMatchObject([
      { id: 'help', description: expect.stringContaining('not a language model') },
    ]);
    expect(await guide.availability?.(context)).toMatchObject({
      available: true,
      detail: expect.stringContaining('not a language model'),
    });
  });

  it('knows no other model', async () => {
    await expect(chat(guide, ask('bread', { model: 'gpt' }))).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'guide has one model, "help"',
      model: 'gpt',
    });
  });

  it('takes the id that the config gave, and no options', async () => {
    const noKey = () => ({ status: { present: false, hint: 'none is needed' }, warnings: [] });
    const transport = { checkAddress: () => undefined, lookup, fetch };
    const host = { id: 'handbook', timeouts: {}, transport, secret: noKey, warn: () => undefined };
    const provider = await plugin.create({}, host);
    expect(provider.id).toBe('handbook');
    const { issues } = await plugin.options['~standard'].validate({ url: 'x' });
    expect(issues).toHaveLength(1);
  });
});
