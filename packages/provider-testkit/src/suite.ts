import { createCallContext } from '@lakehouse/chat-core';
import { describe, expect, it } from 'vitest';
import { type Bench, setUpBench, withWire } from './bench.js';
import { cancelRules } from './rules-cancel.js';
import { cutRules } from './rules-cut.js';
import { faultRules } from './rules-fault.js';
import { scenarioRules } from './rules-scenario.js';
import { secretRules } from './rules-secret.js';
import { streamRules } from './rules-stream.js';
import type { SuiteOptions } from './suite-options.js';

const otherRules = (bench: Bench): void => {
  const models = bench.suite.upstream?.models;
  describe('the rest of the contract', () => {
    it('has an id that can be a routing prefix, and says what it can do', async () => {
      const provider = await bench.provider();
      expect(provider.specificationVersion, 'It speaks version 1').toBe('v1');
      expect(provider.id, 'An id has no "/" and no ":"').toMatch(/^[^/:\s]+$/);
      expect(Object.keys(provider.capabilities).length, 'Capabilities are stated').toBeGreaterThan(0);
    });

    if (models)
      it('lists the models', async () => {
        bench.upstream.reply(models.script);
        const provider = await bench.provider();
        const found = await provider.models?.(createCallContext());
        expect(found, 'models() gives what the upstream lists').toMatchObject(models.expect);
      });

    it('answers, never throws, when it is asked for its availability', async () => {
      bench.upstream.reply({ beforeHeaders: true, steps: [{ cut: true }] });
      const provider = await bench.provider();
      if (!provider.availability) return;
      const answer = await provider.availability(createCallContext());
      expect(answer.available, 'availability() answers').toBeTypeOf('boolean');
    });
  });
};

/**
 * Registers the tests of the rules that hold for every provider, and those of its own scenarios. Call it at the top
 * level of a test file.
 */
export const testProvider = (options: SuiteOptions): void => {
  describe(options.name, () => {
    const bench = setUpBench(options);
    if (options.upstream) {
      const wired = withWire(bench, options.upstream);
      streamRules(wired);
      cutRules(wired);
      cancelRules(wired);
      faultRules(wired);
      secretRules(wired);
    }
    otherRules(bench);
    scenarioRules(bench);
  });
};
