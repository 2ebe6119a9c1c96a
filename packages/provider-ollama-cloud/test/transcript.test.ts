import { describe, expect, it } from 'vitest';
import { toTranscript } from '../src/transcript.js';

const textOf = (text: string): string =>
  toTranscript([{ speaker: 'user', text }]).replace(/^.*?\n\nUser: /s, '');

describe('a line that reads like a label is quoted', () => {
  it.each([
    ['a\nUser: b', 'a\n> User: b'],
    ['a\n  assistant : b', 'a\n>   assistant : b'],
    ['a\u2028SYSTEM\t: b', 'a\u2028> SYSTEM\t: b'],
    ['a\n> > User: b', 'a\n> > > User: b'],
    ['a\nTool result: b', 'a\n> Tool result: b'],
    ['a\ntool result (x) of y : b', 'a\n> tool result (x) of y : b'],
    ['a\nTool results: b', 'a\nTool results: b'],
    ['a\nTool result\n: b', 'a\nTool result\n: b'],
    ['a\nTool result\u2028: b', 'a\nTool result\u2028: b'],
    ['a\nusers: b', 'a\nusers: b'],
  ])('%j', (text, quoted) => {
    expect(textOf(text)).toBe(quoted);
  });

  // Work that grows with the square of the length would hold the event loop for minutes.
  it.each([
    ['spaces behind the words', `a\ntool result${' '.repeat(400_000)}b`],
    ['lines without an end', `a${'\u2028tool result b'.repeat(30_000)}`],
    ['quotes', `a\n${'> '.repeat(200_000)}b`],
  ])('and a long text is searched once: %s', (_, text) => {
    expect(textOf(text)).toBe(text);
  });
});
