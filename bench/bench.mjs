// Measures chatd against floors and, on request, against others. Run by `pnpm bench`; README.md says how to read it.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { libraries } from './in-process/libraries.mjs';
import { aboutRun } from './lib/about.mjs';
import { readArguments, usage } from './lib/arguments.mjs';
import { stopChildren, stopOnSignals } from './lib/children.mjs';
import { modes } from './lib/modes.mjs';
import { createPlan } from './lib/plan.mjs';
import { openStage } from './lib/stage.mjs';
import { measures } from './measures/list.mjs';
import { installPeers } from './peers/install.mjs';
import { judge } from './report/judge.mjs';
import { toMarkdown } from './report/markdown.mjs';
import { subjects } from './subjects/list.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

/** Measures one subject; a failure is a result too, and the run goes on. */
const measureOne = async (stage, mode, { measure, subject }) => {
  const startedAt = performance.now();
  const place = { measure: measure.name, subject };
  try {
    stage.free();
    const result = { ...place, ...(await measure.run(stage, mode, subject)) };
    say(`${measure.name} ${subject}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    say(`${measure.name} ${subject}: failed: ${error.message}`);
    await stage.restart(); // the next measure must not meet what is left of a process that failed
    return { ...place, error: error.message };
  }
};

/** Where the run is kept; the raw data is written after each step, so that a run that is broken off is not lost. */
const openResults = (startedAt) => {
  const folder = path.join(import.meta.dirname, 'results');
  const name = startedAt.replaceAll(':', '-').slice(0, 19);
  mkdirSync(folder, { recursive: true });
  return {
    keep: (run) => writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(run)),
    tell: (markdown) => writeFileSync(path.join(folder, `${name}.md`), `${markdown}\n`),
    name: `bench/results/${name}`,
  };
};

const main = async () => {
  const names = [...measures.map(({ name }) => name), ...Object.keys(subjects), ...Object.keys(libraries)];
  const asked = readArguments(process.argv.slice(2), names);
  if (asked.help || asked.list) {
    process.stdout.write(asked.help ? usage : `${names.join('\n')}\n`);
    return;
  }
  if (process.platform !== 'linux') throw new Error('CPU and memory are read from /proc: this needs Linux');
  const mode = modes[asked.mode];
  const about = { ...aboutRun(), arguments: process.argv.slice(2), sizes: mode };
  const startedAt = performance.now();
  const problems = asked.peers ? await installPeers(say) : {};
  const plan = createPlan({ measures, mode, only: asked.only, withPeers: asked.peers });
  const stage = await openStage();
  const kept = openResults(about.startedAt);
  const results = [];
  // Who asks for others too does not ask for a run of a minute.
  const limitMs = asked.peers ? Number.POSITIVE_INFINITY : (mode.limitMs ?? Number.POSITIVE_INFINITY);
  for (const { measure, subject } of plan) {
    const isLate = performance.now() - startedAt > limitMs;
    const leftOut = { measure: measure.name, subject, leftOut: true };
    results.push(isLate ? leftOut : await measureOne(stage, mode, { measure, subject }));
    about.seconds = (performance.now() - startedAt) / 1000;
    kept.keep({ about, mode: asked.mode, problems, judged: judge(results), results });
  }
  const judged = judge(results);
  const markdown = toMarkdown({ about, mode: asked.mode, results, judged, problems }, measures);
  kept.tell(markdown);
  process.stdout.write(`${markdown}\n`);
  say(`raw data: ${kept.name}.json`);
  // What `--only` leaves out is not judged; what was asked for and not measured in time has failed.
  const isBroken =
    asked.mode === 'ci' &&
    (judged.some(({ hardHolds }) => hardHolds === false) || results.some(({ leftOut }) => leftOut));
  if (isBroken || results.some(({ error }) => error !== undefined)) process.exitCode = 1;
};

stopOnSignals();
try {
  await main();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  await stopChildren();
}
