import { firstToken } from './first-token.mjs';
import { held } from './held.mjs';
import { inProcess } from './in-process.mjs';
import { leak } from './leak.mjs';
import { leave } from './leave.mjs';
import { openLoop } from './open-loop.mjs';
import { requestMeasures } from './requests.mjs';
import { stall } from './stall.mjs';
import { start } from './start.mjs';

/**
 * Every measure: `name`, `title`, the `kind` of its table, its `subjects` in a mode, whether `peers` take part, and `run`,
 * which gives `values` and all raw samples.
 */
export const measures = [
  start,
  ...requestMeasures,
  openLoop,
  firstToken,
  leave,
  stall,
  held,
  inProcess,
  leak,
];
