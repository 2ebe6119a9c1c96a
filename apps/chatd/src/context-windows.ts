import { createCallContext, type ModelInfo, type Provider } from '@lakehouse/chat-core';
import { withDeadline } from './deadline.js';

const lookUpMs = 2_000;
const rememberMs = 300_000;

/** How many tokens a model holds; undefined when its provider does not say so in time. Never throws. */
export type WindowLookup = (model: string) => Promise<number | undefined>;

/**
 * Asks a provider for its models when somebody wants to know, and remembers the answer for a while, also when there is
 * none: an upstream that cannot say must not be asked with every long prompt.
 */
export const createWindowLookup = (provider: Provider): WindowLookup => {
  let models: Promise<readonly ModelInfo[]> | undefined;
  let askedAt = 0;
  const { signal } = createCallContext();
  const ask = (): Promise<readonly ModelInfo[]> =>
    withDeadline({ signal }, lookUpMs, async (context) => (await provider.models?.(context)) ?? []).catch(
      () => [],
    );
  return async (model) => {
    if (!models || performance.now() - askedAt > rememberMs) {
      askedAt = performance.now();
      models = ask();
    }
    return (await models).find(({ id }) => id === model)?.contextWindow;
  };
};
