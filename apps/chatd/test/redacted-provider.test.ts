import {
  type Capabilities,
  type ChatEvent,
  createCallContext,
  type Provider,
  Secret,
} from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import { createRedactedProvider } from '../src/plugin-host/redacted-provider.js';
import { createRedaction } from '../src/plugin-host/redaction.js';

const key = 'canary-7f3a9c';
const context = createCallContext();

const call: ChatEvent = {
  type: 'tool-call-delta',
  index: 0,
  id: 'a',
  name: 'now',
  providerMetadata: { leaky: { key } },
};

/** A provider that tells its key where nobody looks for one. */
const leaky: Provider = {
  specificationVersion: 'v1',
  id: 'leaky',
  capabilities: { structuredOutput: key } as unknown as Capabilities,
  async *stream() {
    yield call;
  },
  models: async () => [
    {
      get id(): string {
        throw new Error(key);
      },
    },
  ],
};

const guarded = (): Provider => {
  const redaction = createRedaction();
  redaction.add(new Secret(key));
  return createRedactedProvider(leaky, redaction, async () => undefined);
};

it('no key comes back in capabilities, which anybody may read', () => {
  expect(JSON.stringify(guarded().capabilities)).not.toContain(key);
});

it('no key comes back in what a provider wants back with a tool call', async () => {
  const events: ChatEvent[] = [];
  const request = { model: 'm', messages: [] };
  for await (const event of guarded().stream(request, context)) events.push(event);
  expect(events).toEqual([{ ...call, providerMetadata: { leaky: { key: '[redacted]' } } }]);
});

it('no key comes back from a getter that throws', async () => {
  await expect(guarded().models?.(context)).rejects.toMatchObject({ message: '[redacted]' });
});
