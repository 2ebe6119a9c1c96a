import {
  type CallContext,
  type ChatError,
  type ChatEvent,
  type ChatRequest,
  type ChatResponse,
  Collector,
  createCallContext,
  isChatError,
  isContentEvent,
  type Provider,
} from '@lakehouse/chat-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { bytesOf, type Script } from './script.js';
import type { ProviderOverrides, SuiteOptions } from './suite-options.js';
import { type ScriptedUpstream, startUpstream } from './upstream.js';
import type { UpstreamAnswers } from './upstream-answers.js';

export type Delivery = CallContext['delivery'];

/** How one call ended. */
export interface Outcome {
  readonly events: readonly ChatEvent[];
  /** Absent when the call failed. */
  readonly response?: ChatResponse;
  readonly error?: ChatError;
}

interface RunOptions {
  readonly delivery?: Delivery;
  readonly request?: ChatRequest;
  readonly signal?: AbortSignal;
  /** Told of every event before it is taken; what it throws ends the loop like a consumer's own error. */
  readonly onEvent?: (event: ChatEvent) => void;
}

/** What the rules share: one scripted upstream, and providers that are closed after each test. */
export interface Bench {
  readonly suite: SuiteOptions;
  readonly upstream: ScriptedUpstream;
  provider(overrides?: ProviderOverrides): Promise<Provider>;
  /** Makes one call and reads it to its end. */
  run(provider: Provider, options?: RunOptions): Promise<Outcome>;
  /** The same with a fresh provider, whose upstream gives its good answer where there is one. */
  good(options?: RunOptions): Promise<Outcome>;
}

/** The same for rules that need the upstream's bytes. */
export interface WireBench extends Bench {
  readonly wire: UpstreamAnswers;
  readonly streamBytes: Uint8Array;
  /** The smallest whole number of lines of the basic stream after which the provider gives content. */
  contentPrefix(provider: Provider): Promise<Uint8Array>;
}

/** A fresh signal that nobody aborts still belongs to the call, so every run makes its own. */
const contextOf = ({ delivery = 'stream', signal }: RunOptions): CallContext =>
  createCallContext({ delivery, ...(signal && { signal }) });

/** Bytes of the basic stream in another frame: pieces, and what happens after them. */
export const streamOf = (wire: UpstreamAnswers, ...steps: Script['steps']): Script => ({
  ...wire.stream,
  steps,
});

/** Registers the upstream's life with vitest; call it inside a `describe`. */
export const setUpBench = (suite: SuiteOptions): Bench => {
  let upstream: ScriptedUpstream;
  let providers: Provider[] = [];
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterEach(async () => {
    for (const provider of providers) await provider.close?.();
    providers = [];
    upstream.clear();
  });
  afterAll(() => upstream.close());

  const run = async (provider: Provider, options: RunOptions = {}): Promise<Outcome> => {
    const events: ChatEvent[] = [];
    const collector = new Collector();
    try {
      for await (const event of provider.stream(options.request ?? suite.request, contextOf(options))) {
        options.onEvent?.(event);
        events.push(event);
        collector.push(event);
      }
    } catch (error) {
      expect(
        isChatError(error),
        `A provider throws nothing but a ChatError, but it threw ${String(error)}`,
      ).toBe(true);
      return { events, error: error as ChatError };
    }
    expect(collector.complete, 'A stream ends with response-end, or it throws').toBe(true);
    return { events, response: collector.finish() };
  };

  const make = async (overrides?: ProviderOverrides): Promise<Provider> => {
    const provider = await suite.create(upstream.url, overrides);
    providers.push(provider);
    return provider;
  };

  return {
    suite,
    get upstream() {
      return upstream;
    },
    provider: make,
    run,
    async good(options = {}) {
      const answer = suite.upstream?.[options.delivery ?? 'stream'];
      if (answer) upstream.reply(answer);
      return run(await make(), options);
    },
  };
};

/** Adds the upstream's bytes. */
export const withWire = (bench: Bench, wire: UpstreamAnswers): WireBench => {
  const streamBytes = wire.streamBytes ?? bytesOf(wire.stream);
  return {
    ...bench,
    get upstream() {
      return bench.upstream; // there is none before the first test
    },
    wire,
    streamBytes,
    async contentPrefix(provider) {
      for (const [index, byte] of streamBytes.entries()) {
        if (byte !== 0x0a) continue;
        const prefix = streamBytes.subarray(0, index + 1);
        bench.upstream.reply(streamOf(wire, { send: prefix }, { waitMs: 5 }, { cut: true }));
        const { events } = await bench.run(provider);
        if (events.some((event) => isContentEvent(event) && event.type !== 'response-end')) {
          bench.upstream.clear();
          return prefix;
        }
      }
      throw new Error('The stream of `upstream` has no content before its end');
    },
  };
};

/** The text of a call, also of one that failed. */
export const textOf = ({ events }: Outcome): string =>
  events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');

/** The content of an answer as one value, for comparisons in which generated ids do not count. */
export const withoutIds = (response: ChatResponse | undefined): unknown =>
  response && {
    ...response,
    ...(response.toolCalls && {
      toolCalls: response.toolCalls.map((call) =>
        call.id.startsWith('call_') ? { ...call, id: expect.any(String) as unknown } : call,
      ),
    }),
  };
