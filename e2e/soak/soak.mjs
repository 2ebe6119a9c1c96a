// Mixed traffic over a fault wall for a while, then a look at what chatd has kept: sockets, timers, memory. Every answer
// is checked for truth on the way. `pnpm soak [--seconds N] [--seed N]`; ends with 1 and a sentence when something stayed.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFaultWall } from '@lakehouse/provider-testkit/fault-wall';
import { startChatd } from './chatd.mjs';
import { badConfig, goodConfig } from './config.mjs';
import { whatStayed } from './growth.mjs';
import { createRandom } from './random.mjs';
import { summarize } from './summary.mjs';
import { createTraffic } from './traffic.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, seed: { type: 'string', default: '1' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
if (!(seconds >= 5) || !Number.isInteger(seed)) {
  console.error('soak: --seconds takes a number from 5 on, --seed a whole number');
  process.exit(1);
}

const width = 40;
const leaves = 0.25;
const reloadEveryMs = 2_500;
const sampleEveryMs = 1_000;
/** Longer than chatd's own limit for a stop. */
const stopMs = 10_000;
/** chatd has so long to give everything back once its last caller has gone. */
const restMs = 10_000;
/**
 * Code is compiled late, and tables by model name fill up to their bounds: together less than 2 MiB. With twice as much,
 * a run of two minutes shows whatever keeps a KiB of each call.
 */
const mostGrowth = 4 * 1024 * 1024;

const say = (text) => process.stdout.write(`${text}\n`);

const wall = await startFaultWall();
const chatd = await startChatd(goodConfig(wall.url, 0));
const traffic = createTraffic({ url: chatd.url, wall, random: createRandom(seed), width, leaves });

/** Nobody calls, and the connections that were kept for later belong to a config that is closed. */
const rest = async (generation) => {
  await chatd.reload(goodConfig(wall.url, generation));
  let last = await chatd.sample();
  for (let quietTurns = 0, turn = 0; quietTurns < 4 && turn < restMs / 250; turn += 1) {
    await sleep(250);
    const now = await chatd.sample({ collect: true });
    const same =
      now.sockets === last.sockets && JSON.stringify(now.resources) === JSON.stringify(last.resources);
    quietTurns = same ? quietTurns + 1 : 0;
    last = now;
  }
  return last;
};

/** Callers for a while; meanwhile reloads, every second one of a config that must be refused, and samples. */
const drive = async (ms) => {
  const samples = [];
  let over = false;
  const reload = async () => {
    for (let generation = 1; !over; generation += 1) {
      const config = generation % 2 === 0 ? goodConfig : badConfig;
      await chatd.reload(config(wall.url, generation));
      await sleep(reloadEveryMs);
    }
  };
  const sample = async () => {
    while (!over) {
      samples.push(await chatd.sample());
      await sleep(sampleEveryMs);
    }
  };
  const end = () => {
    over = true;
    traffic.stop();
  };
  const sides = [traffic.run(ms).finally(end), reload(), sample()];
  for (const side of sides) side.catch(end); // what fails ends the others too
  await Promise.all(sides);
  return samples;
};

const soak = async () => {
  const warmUpSeconds = Math.min(20, seconds / 3);
  say(
    `soak: ${warmUpSeconds.toFixed(0)} s to warm up, then ${seconds} s with ${width} callers at a time, seed ${seed}`,
  );
  await drive(warmUpSeconds * 1000);
  const before = await rest(0);
  const samples = await drive(seconds * 1000);
  const after = await rest(1);
  say(summarize({ seed, traffic, samples, before, after, log: chatd.log, mostGrowth }));
  return whatStayed(before, after, mostGrowth);
};

/** What is wrong beside what stayed, in sentences. */
const whatWentWrong = () => {
  const { lies } = traffic;
  const { defects, inFlightAtStop, outcomes } = chatd.log;
  return [
    ...lies.slice(0, 10),
    ...(lies.length > 10 ? [`and ${lies.length - 10} more answers were not true`] : []),
    ...(outcomes.internal ? [`${outcomes.internal} calls met a defect`] : []),
    ...defects.slice(0, 3).map((line) => `chatd logged a defect: ${JSON.stringify(line)}`),
    ...(inFlightAtStop > 0 ? [`${inFlightAtStop} calls were in flight when chatd was told to stop`] : []),
    ...(wall.openSockets() === 0 ? [] : [`${wall.openSockets()} connections to the upstream are open still`]),
  ];
};

const problems = [];
try {
  problems.push(...(await soak()));
} catch (error) {
  problems.push(`the run broke off: ${error.stack}`);
}
const code = await chatd.stop(stopMs);
if (code !== 0) problems.push(code === undefined ? 'chatd did not stop in time' : `chatd ended with ${code}`);
problems.push(...whatWentWrong());
await wall.close();
for (const problem of problems) say(`soak: ${problem}`);
say(problems.length === 0 ? 'soak: everything came back' : 'soak: failed');
process.exitCode = problems.length === 0 ? 0 : 1;
