import { createCallContext, isChatError, pluginDefect } from '@lakehouse/chat-core';
import { describe, expect } from 'vitest';
import type { Bench } from './bench.js';
import { rule } from './rule.js';
import { text } from './script.js';

/** The provider as an object, and the package around it. */
export const objectRules = (bench: Bench): void => {
  const { plugin, upstream: { models, embeddings } = {} } = bench.suite;

  describe('the object', () => {
    rule(33, 'has an id that can be a routing prefix, and says what it can do', async () => {
      const provider = await bench.provider();
      expect(provider.specificationVersion, 'It speaks version 1').toBe('v1');
      expect(provider.id, 'An id has no "/" and no ":"').toMatch(/^[^/:\s]+$/);
      expect(Object.keys(provider.capabilities).length, 'Capabilities are stated').toBeGreaterThan(0);
    });

    rule(34, 'answers, never throws, when it is asked for its availability', async () => {
      bench.upstream.reply({ beforeHeaders: true, steps: [{ cut: true }] });
      const provider = await bench.provider();
      if (!provider.availability) return;
      const answer = await provider.availability(createCallContext());
      expect(answer.available, 'availability() answers').toBeTypeOf('boolean');
    });

    if (models) {
      rule(35, 'lists the models', async () => {
        bench.upstream.reply(models.script);
        const provider = await bench.provider();
        const found = await provider.models?.(createCallContext());
        expect(found, 'models() gives what the upstream lists').toMatchObject(models.expect);
      });

      rule(35, 'throws when the upstream cannot list its models', async () => {
        bench.upstream.reply(text('', { status: 500 }));
        const provider = await bench.provider();
        const thrown = await provider.models?.(createCallContext()).catch((error: unknown) => error);
        expect(isChatError(thrown), 'An empty list would be a statement').toBe(true);
      });
    }

    if (embeddings)
      rule(46, 'gives the vectors in the order of the input', async () => {
        bench.upstream.reply(embeddings.script);
        const provider = await bench.provider();
        const answer = await provider.embed?.(embeddings.request, createCallContext());
        expect(answer, 'embed() gives what the upstream answers').toMatchObject(embeddings.expect);
        expect(answer?.embeddings, 'Each input has its vector').toHaveLength(embeddings.request.input.length);
      });

    if (plugin)
      rule(36, 'has a default export that a host can use', () => {
        expect(pluginDefect(plugin), 'The default export is made with defineProvider').toBeUndefined();
        expect(plugin.name, "A plugin's name is a key of `providerOptions`").toMatch(/^[^/:\s]+$/);
      });
  });
};
