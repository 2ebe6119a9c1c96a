import path from 'node:path';
import { expect, it } from 'vitest';
import { ChatError, type ErrorCode, errorTable } from '../../packages/chat-core/src/error.js';
import { type Front, fronts } from '../../packages/chat-dialects/src/index.js';
import { openGeneratedPart, toTable } from '../support/generated-part.js';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The words of an error that say which one it is; its text is none of them. */
const wordsOf = (body: unknown): string => {
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error)) return '';
  const words = [error.type, error.code].filter((word) => typeof word === 'string');
  return ` ${words.map((word) => `\`${word}\``).join(' ')}`;
};

const toCell = (front: Front, code: ErrorCode): string => {
  const { status, body } = front.formatError(new ChatError(code, 'It failed'), { requestId: 'r' });
  return `${status}${wordsOf(body)}`;
};

it('docs/http-api.md tells the status and the words of each error on every front', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/http-api.md');
  const part = openGeneratedPart(file, '`pnpm fronts`: the errors');
  const others = fronts.filter(({ name }) => name !== 'native');
  const table = toTable([
    ['code', ...others.map(({ name }) => name)],
    ...(Object.keys(errorTable) as ErrorCode[]).map((code) => [
      `\`${code}\``,
      ...others.map((front) => toCell(front, code)),
    ]),
  ]);
  if (process.env.LAKEHOUSE_WRITE_DOCS === '1') part.write(table);
  expect(part.read(), 'run `pnpm fronts`, which writes the tables anew').toBe(table);
});
