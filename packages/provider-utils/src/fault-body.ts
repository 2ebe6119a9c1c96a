import type { Secret } from '@lakehouse/chat-core';
import { parseJsonLoosely } from './loose-json.js';
import { redact } from './redact.js';

/** What an error body of any known shape says. */
export interface FaultBody {
  /** For people: never empty, at most 300 characters, never a whole HTML page. */
  readonly message: string;
  /** Machine codes found on the way (`code`, `type`, `status`), outermost first, as text. */
  readonly codes: readonly string[];
  /** Everything that the word rules look at. */
  readonly words: string;
  /** Google's `retryDelay`, in the form in which it was sent. */
  readonly retryDelay?: string;
  /** What stood in place of an error: a page with a title, one without, or nothing; absent when an error was sent. */
  readonly instead?: 'titled page' | 'page' | 'nothing';
}

const excerptLength = 300;
const deepest = 6;

/** So much of a body is looked at. */
const readLength = 64 * 1024;
const wordsLength = 8000;

/** Shortens text for a message: one line, control characters and white space folded, at most `length` characters. */
export const excerpt = (text: string, length: number = excerptLength): string => {
  const folded = text
    .slice(0, length * 16)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  if (folded.length <= length) return folded;
  return `${folded.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`; // no half of a character
};

const isMarkup = (text: string): boolean => /^\s*<[!?a-z]/i.test(text);

const titleOf = (text: string): string => {
  const heading = (tag: string): string =>
    excerpt(new RegExp(`<${tag}[^>]{0,200}>([^<]*)`, 'i').exec(text)?.[1] ?? '', 200);
  return heading('title') || heading('h1');
};

interface Findings {
  readonly messages: string[];
  readonly codes: string[];
  retryDelay?: string;
}

const textFields = ['message', 'detail', 'msg', 'reason', 'error_description', 'title'];
const codeFields = ['code', 'type', 'status', 'status_code', 'StatusCode', 'error_type', 'quotaId'];
const nestedFields = [
  'error',
  'errors',
  'detail',
  'message',
  'details',
  'metadata',
  'raw',
  'innererror',
  'violations',
];

/** Walks one value; the order is the order in which people read it: outer before inner. */
const visit = (value: unknown, findings: Findings, depth: number): void => {
  if (depth > deepest || value === null || value === undefined) return;
  if (typeof value === 'string') {
    const inner = /^\s*[[{]/.test(value) ? parseJsonLoosely(value) : undefined;
    if (inner === undefined) findings.messages.push(value);
    else visit(inner, findings, depth + 1);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 8)) visit(item, findings, depth + 1);
    return;
  }
  if (typeof value !== 'object') return;
  const fields = value as Record<string, unknown>;
  for (const name of codeFields) {
    const code = fields[name];
    if (typeof code === 'string' || typeof code === 'number') findings.codes.push(String(code));
  }
  if (typeof fields.retryDelay === 'string') findings.retryDelay = fields.retryDelay;
  if (Array.isArray(fields.loc) && typeof fields.msg === 'string') {
    findings.messages.push(`${fields.loc.join('.')}: ${fields.msg}`); // FastAPI; its `input` would repeat the prompt
    return;
  }
  for (const name of textFields) {
    const text = fields[name];
    if (typeof text === 'string') visit(text, findings, depth + 1);
  }
  for (const name of nestedFields) {
    const nested = fields[name];
    if (typeof nested === 'string' && (name === 'error' || name === 'raw'))
      visit(nested, findings, depth + 1);
    else if (typeof nested === 'object') visit(nested, findings, depth + 1);
  }
};

/** Reads an error that is already parsed, for example one inside a stream. A given key is taken out of all texts. */
export const readFault = (value: unknown, secret?: Secret): FaultBody => {
  const findings: Findings = { messages: [], codes: [] };
  visit(value, findings, 0);
  const clean = (texts: readonly string[]): string[] => [
    ...new Set(texts.map((text) => redact(text, secret).trim()).filter((text) => text !== '')),
  ];
  const messages = clean(findings.messages);
  const codes = clean(findings.codes);
  return {
    // Anything but white space and control characters; the next best is a code.
    message: [...messages, ...codes].map((text) => excerpt(text)).find((text) => text !== '') ?? 'no message',
    codes,
    words: [...codes, ...messages].join('\n').slice(0, wordsLength),
    ...(findings.retryDelay !== undefined && { retryDelay: findings.retryDelay }),
  };
};

const readPage = (page: string): FaultBody => {
  const title = titleOf(page);
  const message = title || 'a page of markup instead of an answer';
  return { message, codes: [], words: message, instead: title === '' ? 'page' : 'titled page' };
};

/**
 * Reads an error body whatever its content type says: JSON of any known shape, HTML, text, or nothing. A given key is
 * taken out of all texts.
 */
export const readFaultBody = (body: string, secret?: Secret): FaultBody => {
  const text = redact(body, secret);
  if (isMarkup(text)) return readPage(text.slice(0, readLength));
  const parsed = /^\s*[[{"]/.test(text) ? parseJsonLoosely(text) : undefined;
  if (parsed !== undefined) return readFault(parsed, secret);
  const line = excerpt(text);
  if (line === '') return { message: 'empty body', codes: [], words: '', instead: 'nothing' };
  return { message: line, codes: [], words: text.slice(0, wordsLength) };
};
