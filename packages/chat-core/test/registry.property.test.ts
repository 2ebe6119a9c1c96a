import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRegistry, isChatError, type Route } from '../src/index.js';
import { providerOf } from './support/provider.js';

const word = fc.constantFrom('local', 'lab', 'moon', 'cloud', 'a', 'b', '7b-cloud', '__proto__', '', ' ');
const name = fc.oneof(
  fc.string(),
  fc
    .tuple(word, fc.constantFrom('/', ':', '-', ''), word, fc.constantFrom('/', ':', ''), word)
    .map((parts) => parts.join('')),
);
const tierTable = fc.dictionary(word, fc.oneof(name, fc.array(name, { maxLength: 3 })), { maxKeys: 5 });

it('resolve answers or throws a ChatError, and loses no character of a name', () => {
  fc.assert(
    fc.property(name, tierTable, (model, models) => {
      const registry = createRegistry({
        defaultProvider: 'local',
        models,
        reservedPrefixes: { moon: 'set MOON_API_KEY' },
        tagRoutes: { cloud: 'lab' },
      });
      registry.register(providerOf('local'));
      registry.register(providerOf('lab'));
      let route: Route;
      try {
        route = registry.resolve(model);
      } catch (error) {
        expect(isChatError(error)).toBe(true);
        return;
      }
      expect(route.targets.length).toBeGreaterThan(0);
      if (route.tier !== undefined) return;
      const sent = route.targets[0]?.model ?? '';
      const whole = [sent, `local/${sent}`, `lab/${sent}`].includes(model);
      const untagged = model.toLowerCase();
      const tagged = untagged === `${sent}:cloud`.toLowerCase() || untagged === `${sent}-cloud`.toLowerCase();
      expect(whole || (tagged && model.startsWith(sent))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
