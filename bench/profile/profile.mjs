// Where the time of chatd goes: `node bench/profile/profile.mjs chatd-native [stream]`. Prints functions by their own time,
// and lines of this repository with all that they call outside of it; keeps the profile for Chrome's developer tools.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, stopChildren, stopOnSignals } from '../lib/children.mjs';
import { openStage } from '../lib/stage.mjs';
import { connections, warmUp } from '../measures/loop.mjs';
import { streamScene, wholeScene } from '../measures/scenes.mjs';
import { number, table } from '../report/format.mjs';
import { selfTimes } from './self-time.mjs';

const counts = { whole: { warm: 20_000, requests: 10_000 }, stream: { warm: 800, requests: 800 } };
const shown = 25;

const main = async () => {
  const [subject = 'chatd-native', kind = 'whole'] = process.argv.slice(2).filter((word) => word !== '--');
  if (!counts[kind] || !subject.startsWith('chatd-'))
    throw new Error('call it with a subject of chatd, and whole or stream');
  const { warm, requests } = counts[kind];
  const folder = path.resolve(import.meta.dirname, '../results');
  const file = path.join(folder, `${subject}-${kind}.cpuprofile`);
  mkdirSync(folder, { recursive: true });

  const stage = await openStage();
  const nodeArguments = ['--import', path.join(import.meta.dirname, 'recorder.mjs')];
  const running = await stage.fresh(subject, { nodeArguments, ipc: true });
  const isStream = kind === 'stream';
  await warmUp(stage, running, isStream ? { whole: 0, stream: warm } : { whole: warm });
  await ask(running.child, { ask: 'start' });
  const scene = isStream ? streamScene(running) : wholeScene(running);
  await stage.load('closed', { ...scene, requests, connections });
  await ask(running.child, { ask: 'stop', file }, 60_000);
  await running.stop();

  const { busy, functions, places } = selfTimes(JSON.parse(readFileSync(file, 'utf8')));
  const toRows = (ranked) =>
    ranked
      .slice(0, shown)
      .map(({ name, time, share }) => [name, `${number(share * 100, 1)} %`, number(time / requests, 2)]);
  process.stdout.write(
    [
      `${subject}, ${kind}: ${number(busy / requests)} µs busy in the main thread for each of ${requests}`,
      table(['function', 'by itself', 'µs each'], toRows(functions)),
      table(['line of ours', 'with all that it calls outside', 'µs each'], toRows(places)),
      `profile: ${path.relative(process.cwd(), file)}\n`,
    ].join('\n\n'),
  );
};

stopOnSignals();
try {
  await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await stopChildren();
}
