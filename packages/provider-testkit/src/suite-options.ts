import type {
  Capabilities,
  ChatError,
  ChatRequest,
  ChatResponse,
  Provider,
  ProviderPlugin,
  Timeouts,
} from '@lakehouse/chat-core';
import type { RecordedRequest, Reply } from './upstream.js';
import type { TokenTotals, UpstreamAnswers } from './upstream-answers.js';

/** What a rule wants changed in the provider it makes. */
export interface ProviderOverrides {
  /** The upstream's key; present and undefined means that none is configured. */
  readonly key?: string | undefined;
  /** Sizes above which an answer is refused; a provider without such options keeps its own. */
  readonly limits?: { readonly bodyBytes: number; readonly lineBytes: number };
  /** The time limits in force, as a host gives them to a plugin. */
  readonly timeouts?: Timeouts;
}

/** A capability that a scenario can show. */
export type ShownCapability = Exclude<keyof Capabilities, 'embeddings'>;

/** One quirk of the upstream, and what the provider makes of it. */
export interface Scenario {
  /** The quirk, as a sentence. */
  readonly name: string;
  /** Which declared capabilities this scenario shows at work; the kit looks whether it really does. */
  readonly shows?: ShownCapability | readonly ShownCapability[];
  /** Changes to the suite's request. */
  readonly request?: Partial<ChatRequest>;
  /** The answer to a call for a whole answer. */
  readonly whole?: Reply;
  /** The answer to a call for a stream; it is also played in single bytes. */
  readonly stream?: Reply;
  /** Matched with `toMatchObject`. */
  readonly expect?: Partial<ChatResponse>;
  /** All tokens that the upstream counted in this answer; the provider's disjoint buckets must add up to them. */
  readonly totals?: TokenTotals;
  /** The call fails; matched with `toMatchObject`. */
  readonly error?: Partial<ChatError>;
  /** Looks at the request that arrived upstream. */
  readonly sent?: (body: unknown, request: RecordedRequest) => void;
}

/** What `testProvider` takes. */
export interface SuiteOptions {
  /** Heads the tests, and names the provider in the report. */
  readonly name: string;
  /** Makes a provider of the upstream at `url`, with some key unless the overrides say otherwise. */
  create(url: string, overrides?: ProviderOverrides): Provider | Promise<Provider>;
  /** A simple request, which `upstream.whole` and `upstream.stream` answer. */
  readonly request: ChatRequest;
  /** The upstream's own bytes. Left out by a provider that has no upstream: the rules that need bytes do not apply. */
  readonly upstream?: UpstreamAnswers;
  /** What the provider is to declare; what is left out is not compared. The rules hold it to what it declares anyway. */
  readonly capabilities?: Partial<Capabilities>;
  /** The package's default export. */
  readonly plugin?: Pick<ProviderPlugin, 'specificationVersion' | 'name'>;
  /** Without a key nothing is sent, and the call fails with `provider-unavailable`. */
  readonly needsKey?: boolean;
  /** The provider uses sockets that it does not own, such as those of the global `fetch`, so `close` leaves some open. */
  readonly sharedSockets?: boolean;
  /** The upstream's quirks: what it sends, and what becomes of it. */
  readonly scenarios: readonly Scenario[];
}
