import { copyFileSync } from 'node:fs';
import { stopChildren, stopOnSignals } from './lib/children.mjs';
import { openStage } from './lib/stage.mjs';
import { measureLoop } from './measures/loop.mjs';
import { sizes, wholeScene } from './measures/scenes.mjs';
stopOnSignals();
const stage = await openStage();
try {
  const a = await stage.fresh('chatd-native', { nodeArguments: ['--trace-gc', ...process.argv.slice(3)] });
  const sc = wholeScene(a, sizes[process.argv[2]]);
  await measureLoop(stage, a, sc, 1500);
  const s = []; for (let i = 0; i < 4; i++) s.push((await measureLoop(stage, a, sc, 500)).cpu.toFixed(0));
  console.log(process.argv.slice(2).join(' '), s.join(' '));
  copyFileSync(`/proc/${a.pid}/fd/1`, '/tmp/gc256.log');
  await a.stop();
} finally { await stopChildren(); }
