import type { CircuitChange, CircuitNews, TargetName } from '@lakehouse/chat-policies';
import type { BindAddress, Problem } from '@lakehouse/config-file';
import type { PlacesOwner } from '../limits.js';
import type { ConfigSource } from '../load.js';
import type { Reports, What } from '../reports.js';

/** Counts the configs that were prepared; messages about circuits belong to one. */
export type Generation = number;

/** Names a question within the worker that asks it. */
export type Ticket = number;

/** What the primary tells a worker. */
export type ToWorker =
  /** Make everything of this config, beside what is current. */
  | { readonly type: 'prepare'; readonly generation: Generation; readonly source: ConfigSource }
  /** Make it current; the first one of a worker makes it listen. */
  | {
      readonly type: 'commit';
      readonly generation: Generation;
      readonly bind: BindAddress;
      readonly instanceId: string;
    }
  /** Close it unused. */
  | { readonly type: 'discard'; readonly generation: Generation }
  /** Refuse new requests, and let those in flight finish. */
  | { readonly type: 'drain'; readonly deadlineMs: number }
  /** Close everything and end. */
  | { readonly type: 'end' }
  | { readonly type: 'place-given'; readonly ticket: Ticket; readonly owner: PlacesOwner }
  | { readonly type: 'place-refused'; readonly ticket: Ticket; readonly waiting: number }
  /** How a circuit stands now in the service. */
  | {
      readonly type: 'circuit';
      readonly generation: Generation;
      readonly target: TargetName;
      readonly news: CircuitNews;
    }
  /** Answers `probe`; who may not has been told before that another one does. */
  | { readonly type: 'probe-answer'; readonly ticket: Ticket; readonly granted: boolean }
  /** Asks for what another worker wants to know of this one. */
  | { readonly type: 'report'; readonly ticket: Ticket; readonly what: What }
  /** Answers `gather`: what the other workers have reported. */
  | { readonly type: 'gathered'; readonly ticket: Ticket; readonly reports: readonly Reports[What][] };

/** What a worker tells the primary. */
export type ToPrimary =
  | {
      readonly type: 'prepared';
      readonly generation: Generation;
      /** Ids of the providers. */
      readonly providers: readonly string[];
      readonly warnings: readonly string[];
    }
  /** Of a config; `problems` are those of a `ConfigError`. */
  | {
      readonly type: 'not-prepared';
      readonly generation: Generation;
      readonly message: string;
      readonly problems?: readonly Problem[];
    }
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'not-listening'; readonly message: string }
  | { readonly type: 'draining'; readonly inFlight: number }
  /** Nothing is in flight any more. */
  | { readonly type: 'drained'; readonly cut: number }
  /** Asks for a place. */
  | {
      readonly type: 'seek-place';
      readonly ticket: Ticket;
      readonly owner: PlacesOwner;
      readonly mayWait: boolean;
    }
  /** Its caller waits no longer. One that crosses the place on its way is answered with `leave-place`. */
  | { readonly type: 'withdraw-place'; readonly ticket: Ticket }
  | { readonly type: 'leave-place'; readonly owner: PlacesOwner }
  /** So many calls began before there was a limit. */
  | { readonly type: 'claim-places'; readonly owner: PlacesOwner; readonly count: number }
  | { readonly type: 'circuit-changed'; readonly generation: Generation; readonly change: CircuitChange }
  /** Asks whether a call may try the target of a half-open circuit. */
  | {
      readonly type: 'probe';
      readonly ticket: Ticket;
      readonly generation: Generation;
      readonly target: TargetName;
    }
  | { readonly type: 'probe-over'; readonly generation: Generation; readonly target: TargetName }
  /** Asks for the reports of the other workers. */
  | { readonly type: 'gather'; readonly ticket: Ticket; readonly what: What }
  /** Answers `report`. */
  | { readonly type: 'reported'; readonly ticket: Ticket; readonly report: Reports[What] };

/** Sends to the other side; what is sent to one that is gone is lost. */
export type Send<Message> = (message: Message) => void;

/** Its own messages among others that a plugin may send over the same channel. */
interface Envelope<Message> {
  readonly chatd: Message;
}

export const enclose = <Message>(chatd: Message): Envelope<Message> => ({ chatd });

/** The message in an envelope; undefined for anything else. */
export const openEnvelope = <Message extends { readonly type: string }>(
  received: unknown,
): Message | undefined =>
  typeof received === 'object' && received !== null && 'chatd' in received
    ? (received as Envelope<Message>).chatd
    : undefined;
