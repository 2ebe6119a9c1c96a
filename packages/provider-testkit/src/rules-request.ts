import type { ChatRequest } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench, Outcome, WireBench } from './bench.js';
import { type Probe, probes } from './probes.js';
import { rule } from './rule.js';

/** Up to two calls for each parameter, which a model in this process answers in seconds. */
const patienceMs = 60_000;

interface Observed extends Outcome {
  /** Every body that arrived upstream. */
  readonly bodies: readonly string[];
}

const isWarnedOf = ({ response }: Outcome, parameter: string): boolean =>
  response?.warnings?.some(
    (warning) => /^parameter-(dropped|changed)$/.test(warning.code) && warning.parameter === parameter,
  ) ?? false;

/** Refused before anything was sent. */
export const isRefused = ({ error, bodies }: Observed): boolean =>
  error?.code === 'unsupported' && bodies.length === 0;

/** Asks for a whole answer, and looks at what arrived upstream. */
export const observe = async (bench: Bench, change: Partial<ChatRequest>): Promise<Observed> => {
  bench.upstream.clear();
  const outcome = await bench.good({ delivery: 'whole', request: { ...bench.suite.request, ...change } });
  return { ...outcome, bodies: bench.upstream.requests.map(({ text }) => text) };
};

const pathsOf = (value: unknown, path = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, Array.isArray(value) ? `${path}[]` : `${path}.${name}`),
  );
};

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // a body that is no JSON
  }
};

/** The same request without the parameter, asked twice: a body that differs by itself tells nothing by differing. */
const without = async (bench: Bench, { beside = {} }: Probe) => {
  const [first, second] = [await observe(bench, beside), await observe(bench, beside)];
  return { body: first.bodies[0] ?? '', isStable: first.bodies[0] === second.bodies[0] };
};

/** What becomes of the parameters of a request, at an upstream whose bytes the kit sees. */
export const requestRules = (bench: WireBench): void => {
  const { wire } = bench;

  describe('requests', () => {
    for (const probe of probes) {
      rule(11, `maps, refuses or warns of ${probe.parameter}`, async () => {
        const observed = await observe(bench, { ...probe.beside, ...probe.change });
        if (isRefused(observed) || isWarnedOf(observed, probe.parameter)) return;
        const { body, isStable } = await without(bench, probe);
        const sent = observed.bodies.join('\n');
        const isMapped = isStable ? sent !== body : sent.includes(probe.mark);
        expect(isMapped, `"${probe.parameter}" changed nothing upstream, and no warning says so`).toBe(true);
        const missing = probe.marks?.filter((mark) => !sent.includes(mark)) ?? [];
        expect(missing, `All of "${probe.parameter}" arrives upstream, or a warning says so`).toEqual([]);
      });
    }

    rule(13, 'sends no parameter that the request leaves out', async () => {
      for (const probe of probes.filter(({ isScalar }) => isScalar)) {
        if (wire.requiredParameters?.includes(probe.parameter)) continue;
        const observed = await observe(bench, probe.change);
        if (isRefused(observed) || isWarnedOf(observed, probe.parameter)) continue;
        const { body } = await without(bench, probe);
        const bare = new Set(pathsOf(parsed(body)));
        const added = pathsOf(parsed(observed.bodies[0])).filter((path) => !bare.has(path));
        if (parsed(body) === undefined) continue;
        expect(
          added.length,
          `"${probe.parameter}" is sent although the request leaves it out; where the upstream requires it, say so in \`upstream.requiredParameters\``,
        ).toBeGreaterThan(0);
      }
    });

    rule(14, "sends its own slice of providerOptions, and nobody else's", async () => {
      const { id } = await bench.provider();
      const names = [id, ...(bench.suite.plugin ? [bench.suite.plugin.name] : [])];
      for (const name of names) {
        const observed = await observe(bench, {
          providerOptions: { [name]: { x_kit_own: 1 }, 'x-kit-other': { x_kit_other: 2 } },
        });
        if (isRefused(observed) || isWarnedOf(observed, 'providerOptions')) continue;
        expect(observed.bodies.join(), `The slice "${name}" is sent`).toContain('x_kit_own');
        expect(observed.bodies.join(), 'Another provider is meant').not.toContain('x_kit_other');
      }
    });

    rule(14, 'merges providerOptions last', async () => {
      const { id } = await bench.provider();
      const before = parsed((await observe(bench, { temperature: 0.37 })).bodies[0]);
      const field = Object.entries(before ?? {}).find(([, value]) => value === 0.37)?.[0];
      if (field === undefined) return; // not at the top of the body
      const { bodies } = await observe(bench, {
        temperature: 0.37,
        providerOptions: { [id]: { [field]: 0.73 } },
      });
      expect(parsed(bodies[0]), "The operator's word is the last one").toHaveProperty(field, 0.73);
    });
  });
};

/** What holds without an upstream too. */
export const strictRules = (bench: Bench): void => {
  describe('strict requests', () => {
    rule(
      12,
      'refuses what it would drop',
      async () => {
        for (const { parameter, beside, change } of probes) {
          const asked = { ...beside, ...change };
          if (!isWarnedOf(await observe(bench, asked), parameter)) continue;
          const strict = await observe(bench, { ...asked, strict: true });
          expect(strict.error?.code, `"${parameter}" is refused with \`strict\``).toBe('unsupported');
          expect(strict.bodies, 'What is refused is not sent').toEqual([]);
        }
      },
      patienceMs,
    );
  });
};
