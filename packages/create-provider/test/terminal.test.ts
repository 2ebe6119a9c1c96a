import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.js';
import { complete } from '../src/complete.js';
import { Cancelled, createTerminal } from '../src/terminal.js';

const enter = '\r';
const down = '\u001b[B';
const back = '\u007f';
const interrupt = '\u0003';

/** A person who waits until a question is on the screen, and then presses keys. */
const person = (keys: readonly (readonly [question: string, keys: readonly string[]])[]) => {
  const input = new PassThrough();
  const output = new PassThrough();
  const waiting = [...keys];
  let screen = '';
  output.on('data', (piece: Buffer) => {
    screen += stripVTControlCharacters(piece.toString());
    const [next] = waiting;
    if (!next || !screen.includes(next[0])) return;
    waiting.shift();
    screen = '';
    setImmediate(() => {
      for (const key of next[1]) input.write(key);
    });
  });
  return { terminal: createTerminal({ input, output }), waiting };
};

const ask = (keys: Parameters<typeof person>[0], line: readonly string[] = []) => {
  const { terminal, waiting } = person(keys);
  return { answers: complete(readCommandLine(line), terminal), waiting };
};

describe('questions in a terminal', () => {
  it('are answered by typing, choosing, and taking what is proposed', async () => {
    const { answers, waiting } = ask([
      ['Name of the package', [...Array.from('lakehouse-provider-shout', () => back), 'yell', enter]],
      ['What does the upstream speak?', [down, enter]],
      ['Its base address', [enter]],
      ['The environment variable of its key', [enter]],
    ]);
    expect(await answers).toEqual({
      packageName: 'yell',
      protocol: 'http',
      url: 'http://localhost:8000',
      keyEnv: 'YELL_API_KEY',
    });
    expect(waiting).toEqual([]);
  });

  it('are asked again, with what would be right', async () => {
    const { answers, waiting } = ask(
      [
        ['Its base address', ['x', enter]],
        ['expected an address such as', [back, enter]],
      ],
      ['yell', '--protocol', 'http', '--no-key'],
    );
    // The proposal with an "x" behind it has no port that could be.
    expect(await answers).toMatchObject({ url: 'http://localhost:8000' });
    expect(waiting).toEqual([]);
  });

  it('end with Ctrl+C', async () => {
    const { answers } = ask([['Name of the package', [interrupt]]]);
    await expect(answers).rejects.toThrow(Cancelled);
  });
});
