// The load generator, in a process of its own: takes one job after the other and answers with what it saw. It may take
// another job while streams are held.
import { runBurst } from './burst.mjs';
import { runClosed } from './closed.mjs';
import { runHold } from './hold.mjs';
import { runLeave } from './leave.mjs';
import { runOpen } from './open.mjs';
import { runStall } from './stall.mjs';

const jobs = {
  closed: runClosed,
  open: runOpen,
  burst: runBurst,
  leave: runLeave,
  hold: runHold,
  stall: runStall,
};

/** Told once, in the middle of a job that has a state to be looked at. */
const tellBegun = () => process.send({ begun: true });

process.on('message', async ({ ask, job }) => {
  try {
    process.send(await jobs[ask](job, { onHeld: tellBegun, onStalled: tellBegun }));
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
