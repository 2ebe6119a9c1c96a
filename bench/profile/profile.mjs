// Where the time of chatd goes: `pnpm exec node bench/profile/profile.mjs chatd-native [stream]`. Prints functions by their own time,
// and lines of this repository with all that they call outside of it; keeps the profile for Chrome's developer tools.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, stopChildren, stopOnSignals } from '../lib/children.mjs';
import { openStage } from '../lib/stage.mjs';
import { connections, warmUp } from '../measures/loop.mjs';
import { sizes, streamScene, wholeScene } from '../measures/scenes.mjs';
import { number, table } from '../report/format.mjs';
import { selfTimes } from './self-time.mjs';

const kinds = {
  whole: { warm: { whole: 20_000 }, requests: 10_000, scene: wholeScene },
  'whole-32k': {
    warm: { whole: 10_000 },
    requests: 3_000,
    scene: (running) => wholeScene(running, sizes['32k']),
  },
  'whole-256k': {
    warm: { whole: 5_000 },
    requests: 500,
    scene: (running) => wholeScene(running, sizes['256k']),
  },
  stream: { warm: { whole: 0, stream: 800 }, requests: 800, scene: streamScene },
};
const shown = 25;

const main = async () => {
  const [subject = 'chatd-native', kind = 'whole'] = process.argv.slice(2).filter((word) => word !== '--');
  if (!kinds[kind] || !subject.startsWith('chatd-'))
    throw new Error(`call it with a subject of chatd and one of ${Object.keys(kinds).join(', ')}`);
  // On an older Node chatd starts a newer one, which is a process that nobody records.
  if (Number(process.versions.node.split('.')[0]) < 24)
    throw new Error(`this is Node ${process.versions.node}; call it with "pnpm exec node", which is Node 24`);
  const { warm, requests, scene } = kinds[kind];
  const folder = path.resolve(import.meta.dirname, '../results');
  const file = path.join(folder, `${subject}-${kind}.cpuprofile`);
  mkdirSync(folder, { recursive: true });

  const stage = await openStage();
  const nodeArguments = ['--import', path.join(import.meta.dirname, 'recorder.mjs')];
  const running = await stage.fresh(subject, { nodeArguments, ipc: true });
  await warmUp(stage, running, warm);
  const job = { ...scene(running), connections };
  await stage.load('closed', { ...job, requests: Math.round(requests / 4) });
  await ask(running.child, { ask: 'start' });
  await stage.load('closed', { ...job, requests });
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
