import { isChatError, type Message } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { parse } from './support/anthropic-client.js';

const messagesOf = (...messages: readonly object[]): readonly Message[] =>
  parse({ messages }).request.messages;
const user = (...content: readonly object[]): readonly Message[] => messagesOf({ role: 'user', content });
const text = (value: string) => ({ type: 'text', text: value });

const problemOf = (...content: readonly object[]): string => {
  try {
    user(...content);
  } catch (error) {
    if (isChatError(error)) return `${error.code} ${error.path ?? '-'}`;
    throw error;
  }
  return 'none';
};

describe('the system prompt', () => {
  const systemOf = (system: unknown) => parse({ system }).request.messages.slice(0, -1);

  it('is the first message, as text or as blocks', () => {
    expect(systemOf('Be brief.')).toEqual([{ role: 'system', content: 'Be brief.' }]);
    expect(systemOf([text('a'), text('b')])).toEqual([{ role: 'system', content: [text('a'), text('b')] }]);
  });

  it.each(['', null, []])('is none when it is %j', (system) => {
    expect(systemOf(system)).toEqual([]);
  });

  it('loses the billing line of Claude Code, which changes with every request', () => {
    const line = 'x-anthropic-billing-header: cc_version=2.1; cch=a1;';
    expect(systemOf([text(line), text('b')])).toEqual([{ role: 'system', content: [text('b')] }]);
    expect(systemOf([text('a'), text(line), text(line)])).toEqual([
      { role: 'system', content: [text('a'), text(line)] },
    ]);
    expect(systemOf([text(`${line}\nBe brief.`)])).toEqual([
      { role: 'system', content: [text('Be brief.')] },
    ]);
    expect(systemOf(`${line}\nBe brief.`)).toEqual([{ role: 'system', content: 'Be brief.' }]);
    expect(systemOf(line)).toEqual([]);
    expect(systemOf([text(`about ${line}`)])).toEqual([{ role: 'system', content: [text(`about ${line}`)] }]);
  });

  it('may stand between the messages too, and stays there', () => {
    expect(
      messagesOf(
        { role: 'user', content: 'a' },
        { role: 'system', content: [text('b')] },
        { role: 'user', content: 'c' },
      ),
    ).toEqual([
      { role: 'user', content: 'a' },
      { role: 'system', content: [text('b')] },
      { role: 'user', content: 'c' },
    ]);
  });
});

describe('a user message', () => {
  const data = 'aGk=';

  it('holds images, inline and by address', () => {
    expect(
      user(
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', data, mediaType: 'image/png' },
          { type: 'image', url: 'https://example.com/a.png' },
        ],
      },
    ]);
  });

  it('holds a PDF as a file, with its title as the name and its context as text', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data };
    expect(user({ type: 'document', source, title: 'a.pdf', context: 'old' })[0]?.content).toEqual([
      text('Context: old'),
      { type: 'file', data, mediaType: 'application/pdf', filename: 'a.pdf' },
    ]);
  });

  it('holds documents of text as text', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    expect(
      user(
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'abc' }, title: 'T' },
        { type: 'document', source: { type: 'content', content: 'def' } },
        { type: 'document', source: { type: 'content', content: [text('g'), image] } },
      )[0]?.content,
    ).toEqual([
      text('Title: T'),
      text('abc'),
      text('def'),
      text('g'),
      { type: 'image', data, mediaType: 'image/png' },
    ]);
  });

  it('holds search results as text', () => {
    const block = { type: 'search_result', source: 'https://a.example', title: 'A', content: [text('b')] };
    expect(user(block)[0]?.content).toEqual([text('A\nhttps://a.example'), text('b')]);
  });

  it('is told that citations are not made', () => {
    const document = { type: 'document', source: { type: 'text', data: 'a' }, citations: { enabled: true } };
    const { warnings } = parse({ messages: [{ role: 'user', content: [document] }] });
    expect(warnings).toMatchObject([
      { code: 'parameter-dropped', parameter: 'messages[0].content[0].citations' },
    ]);
  });

  it.each([
    [{ type: 'document', source: { type: 'url', url: 'https://a.example/a.pdf' } }, '.source'],
    [{ type: 'document', source: { type: 'file', file_id: 'f' } }, '.source'],
    [{ type: 'image', source: { type: 'file', file_id: 'f' } }, '.source'],
    [{ type: 'container_upload', file_id: 'f' }, ''],
    [{ type: 'document', source: { type: 'content', content: [{ type: 'video' }] } }, '.source.content[0]'],
    [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'video' }] }, '.content[0]'],
  ])('is refused where it holds what nobody can read: %j', (block, place) => {
    expect(problemOf(text('a'), block)).toBe(`unsupported messages[0].content[1]${place}`);
  });

  it.each([
    [
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: 'data:image/png;base64,aGk=' },
      },
      '.source.data',
    ],
    [{ type: 'image', source: { type: 'url', url: 'nowhere' } }, '.source.url'],
    [{ type: 'tool_result', content: 'a' }, '.tool_use_id'],
    [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: 1 }] }, '.content[0].text'],
  ])('is refused where a known block is wrong: %j', (block, place) => {
    expect(problemOf(text('a'), block)).toBe(`invalid-request messages[0].content[1]${place}`);
  });
});
