import { type ChatRequest, type ChatResponse, chat } from '@lakehouse/chat-core';
import { type Reply, type ScriptedUpstream, startUpstream } from '@lakehouse/provider-testkit';
import { afterAll, beforeAll } from 'vitest';
import { createOpenAICompat, type OpenAICompatSettings } from '../../src/index.js';
import { basic, request } from './wire.js';

/** One upstream for a test file, and calls of it with any settings. */
export interface TestServer {
  readonly upstream: ScriptedUpstream;
  /** Asks once; gives the answer and the bodies that arrived upstream. */
  ask(
    settings: OpenAICompatSettings,
    change?: Partial<ChatRequest>,
    reply?: Reply,
  ): Promise<{ readonly answer: ChatResponse; readonly bodies: readonly Record<string, unknown>[] }>;
}

/** Registers the upstream's life with vitest. */
export const setUpServer = (): TestServer => {
  let upstream: ScriptedUpstream;
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(() => upstream.close());
  return {
    get upstream() {
      return upstream;
    },
    async ask(settings, change = {}, reply = basic.whole) {
      upstream.clear();
      upstream.reply(reply);
      const provider = createOpenAICompat({ url: upstream.url, ...settings }, 'plain');
      try {
        const answer = await chat(provider, { ...request, ...change });
        return { answer, bodies: upstream.requests.map(({ json }) => json as Record<string, unknown>) };
      } finally {
        await provider.close?.();
      }
    },
  };
};
