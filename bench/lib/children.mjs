// Every process that a run starts. None outlives it: each is ended by its id, also on Ctrl+C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();
let isStopping = false;
const askMs = 15_000;

/**
 * Starts a Node program; `stdout` is a file descriptor or left out, `ipc` opens a channel for messages. What it complains
 * of is shown, or, with `quiet`, told only as the reason of its end.
 */
export const startNode = (file, args = [], options = {}) => {
  if (isStopping) throw new Error('the run is being stopped');
  const { nodeArguments = [], env = {}, stdout = 'ignore', ipc = false, quiet = false } = options;
  const child = spawn(process.execPath, [...nodeArguments, file, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', stdout, quiet ? 'pipe' : 'inherit', ...(ipc ? ['ipc'] : [])],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  if (ipc) child.mailbox = createMailbox(child);
  return child;
};

/** The last `Error: …` that a process has written to its error output. */
const watchComplaints = ({ stderr }) => {
  let complaint = '';
  stderr?.setEncoding('utf8').on('data', (text) => {
    complaint = /^\w*Error\b.*/m.exec(text)?.[0].slice(0, 200) ?? complaint;
  });
  return () => (complaint === '' ? '' : ` (${complaint})`);
};

/** Keeps messages until somebody asks for them; an end of the process is the last one. */
const createMailbox = (child) => {
  const complaint = watchComplaints(child);
  const messages = [];
  let waiting;
  const put = (message) => {
    if (waiting) waiting(message);
    else messages.push(message);
    waiting = undefined;
  };
  child.on('message', put);
  child.once('close', (code, signal) =>
    put({ error: `the process ended with ${code ?? signal}${complaint()}` }),
  );
  return {
    take: () =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((resolve) => {
            waiting = resolve;
          }),
  };
};

/** The next message of a child, within a time; throws where it tells an error. */
export const nextMessage = async (child, what, limitMs = askMs) => {
  const late = new AbortController();
  const answer = await Promise.race([
    child.mailbox.take(),
    sleep(limitMs, { error: `no answer within ${limitMs} ms` }, { signal: late.signal, ref: false }),
  ]);
  late.abort();
  if (answer.error !== undefined) throw new Error(`${what}: ${answer.error}`);
  return answer;
};

/** Sends a child a message and resolves with its answer. */
export const ask = (child, message, limitMs) => {
  child.send(message);
  return nextMessage(child, message.ask, limitMs);
};

/** Ends a child: politely, then by force. */
export const stopChild = async (child, politeMs = 2_000) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(politeMs, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ended;
};

/** Ends whatever is left; from then on nothing is started. */
export const stopChildren = () => {
  isStopping = true;
  return Promise.all([...running].map((child) => stopChild(child, 500)));
};

/** On Ctrl+C and SIGTERM: ends the children, then this process. */
export const stopOnSignals = () => {
  const codes = { SIGINT: 130, SIGTERM: 143 };
  for (const [signal, code] of Object.entries(codes)) {
    process.once(signal, async () => {
      await stopChildren();
      process.exit(code);
    });
  }
};
