#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startFaultWall } from './start-fault-wall.js';

const defaultPort = 4290;

const usage = `Usage: lakehouse-fault-wall [--port PORT]

Starts a server on 127.0.0.1 whose model names are faults. It speaks OpenAI's chat
completions (/v1/chat/completions) and Ollama's /api/chat and /api/generate.

  --port PORT  where it listens (default ${defaultPort}; 0 takes a free port)
  --help       prints this
`;

const readPort = (text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`--port must be a number from 0 to 65535, not "${text}"`);
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(defaultPort) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const wall = await startFaultWall({ port: readPort(values.port) });
  process.stdout.write(
    `The fault wall listens on ${wall.url}; GET ${wall.url}/wall/faults lists its faults\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void wall.close());
};

try {
  await run();
} catch (error) {
  process.stderr.write(`lakehouse-fault-wall: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
