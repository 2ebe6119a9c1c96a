import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { json } from 'node:stream/consumers';
import { type ChatOptions, runChat } from '../../src/commands/chat.js';
import { startStubServer } from './stub-server.js';

/** A pipe, or what a program sees as a terminal. */
const createPipe = (isTTY = false): PassThrough & { isTTY?: boolean } =>
  isTTY ? Object.assign(new PassThrough(), { isTTY }) : new PassThrough();

export interface CommandRun {
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly code: Promise<number>;
  /** What has been written by now. */
  readonly output: () => string;
  readonly errors: () => string;
}

/** Runs the command with streams of its own; standard input stays open. */
export const startCommand = (
  options: Pick<ChatOptions, 'url'> & Partial<ChatOptions>,
  terminal: { readonly stdin?: boolean; readonly stdout?: boolean; readonly stderr?: boolean } = {},
): CommandRun => {
  const stdin = createPipe(terminal.stdin);
  const stdout = createPipe(terminal.stdout);
  const stderr = createPipe(terminal.stderr);
  const written = { output: '', errors: '' };
  stdout.on('data', (piece: Buffer) => {
    written.output += piece.toString();
  });
  stderr.on('data', (piece: Buffer) => {
    written.errors += piece.toString();
  });
  const code = runChat({ model: 'm', stdin, stdout, stderr, ...options });
  return { stdin, stdout, code, output: () => written.output, errors: () => written.errors };
};

/** One event as chatd writes it. */
export const frame = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;

export const textDelta = (delta: string): string => frame({ type: 'text_delta', delta });

export const responseEnd = (more: object = {}): string =>
  frame({ type: 'response_end', model: 'm', finish_reason: 'stop', warnings: [], ...more });

export interface StandIn {
  readonly url: string;
  /** The bodies that were asked with, in order. */
  readonly requests: readonly Record<string, unknown>[];
}

/** A server that answers `POST /v1/chat` with an event stream, as the function writes it. */
export const startChatStandIn = async (
  stream: (response: ServerResponse, body: Record<string, unknown>) => void,
): Promise<StandIn> => {
  const requests: Record<string, unknown>[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST' || request.url !== '/v1/chat') {
      response.writeHead(404).end();
      return;
    }
    const body = (await json(request)) as Record<string, unknown>;
    requests.push(body);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    stream(response, body);
  };
  const url = await startStubServer((request, response) => void answer(request, response));
  return { url, requests };
};
