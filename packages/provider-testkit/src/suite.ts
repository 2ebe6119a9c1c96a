import { describe } from 'vitest';
import { setUpBench, withWire } from './bench.js';
import { besideRules } from './rules-beside.js';
import { cancelRules } from './rules-cancel.js';
import { capabilityRules } from './rules-capability.js';
import { cutRules } from './rules-cut.js';
import { eventRules } from './rules-event.js';
import { faultRules } from './rules-fault.js';
import { leaveRules } from './rules-leave.js';
import { objectRules } from './rules-object.js';
import { requestRules, strictRules } from './rules-request.js';
import { scenarioRules } from './rules-scenario.js';
import { secretRules } from './rules-secret.js';
import { shownRules } from './rules-shown.js';
import { silenceRules } from './rules-silence.js';
import { streamRules } from './rules-stream.js';
import { usageRules } from './rules-usage.js';
import type { SuiteOptions } from './suite-options.js';

/**
 * Registers the tests of the rules that hold for every provider, and those of its own scenarios. Call it at the top
 * level of a test file.
 */
export const testProvider = (options: SuiteOptions): void => {
  describe(options.name, () => {
    const bench = setUpBench(options);
    const wired = options.upstream && withWire(bench, options.upstream);
    eventRules(bench);
    if (wired) {
      streamRules(wired);
      cutRules(wired);
      cancelRules(wired);
      besideRules(wired);
      silenceRules(wired);
      faultRules(wired);
      usageRules(wired);
      requestRules(wired);
    }
    leaveRules(bench, wired);
    strictRules(bench);
    capabilityRules(bench);
    secretRules(bench);
    objectRules(bench);
    shownRules(bench);
    scenarioRules(bench);
  });
};
