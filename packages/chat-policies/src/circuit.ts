import { ChatError, type ErrorCode } from '@lakehouse/chat-core';
import type { TargetName } from './policy-context.js';
import { createRollingWindow, type WindowCounts } from './rolling-window.js';

/** Lets calls through; refuses them; lets one through to see. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** How the circuit of one target stands. */
export interface CircuitStatus {
  /** Whether calls go through. */
  readonly state: CircuitState;
  /** Failures in the window; of a circuit that is not closed, those that opened it. */
  readonly failures: number;
  /** Of an open one: milliseconds until a call may try the target again. */
  readonly retryInMs?: number;
  /** Code of the last failure that counted; absent when there is none. */
  readonly lastCode?: ErrorCode;
}

/** How a circuit stands elsewhere, for one here that is to stand the same. */
export interface CircuitNews {
  /** The state there. */
  readonly state: CircuitState;
  /** Failures that opened it. */
  readonly failures: number;
  /** Calls in the window when it opened. */
  readonly calls: number;
  /** Code of the last failure that counted. */
  readonly lastCode?: ErrorCode;
  /** Of an open one: milliseconds until a call may try the target again. */
  readonly retryInMs?: number;
  /** Of a half-open one: a call is trying the target there, so that none may here. */
  readonly probing?: boolean;
}

/** `CircuitBreakerOptions` with its defaults. */
export interface CircuitRules {
  readonly failures: number;
  readonly failureShare: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
}

/** One attempt, told how it goes. What it is told after a change of the circuit counts no more. */
interface CircuitAttempt {
  /** The target answers. */
  succeed(): void;
  /** The target answered with an error that is no trouble of its own: good news of a probe, else nothing. */
  answer(): void;
  /** Also after `succeed`, which is then taken back. */
  fail(failure: ChatError): void;
  /** It is no longer under way; its verdict may still follow. */
  end(): void;
}

/** A probe calls `leave` when it is over, so that its place is free, if nothing came of it. */
type Admission = 'pass' | 'refuse' | { readonly leave: () => void };

/** What is known of one target. */
export interface Circuit {
  status(): CircuitStatus;
  /** Whether a call may go on to the target. After the cooldown one may, as the probe. */
  admit(): Admission;
  /** The error for a call that was refused. */
  refusal(): ChatError;
  begin(probe: boolean): CircuitAttempt;
  /** Stands as another one does from now on, and tells nobody. */
  follow(news: CircuitNews): void;
  /** Closed, with nothing in its window and no attempt under way: worth no memory. */
  isIdle(): boolean;
  /** Closes it for good. */
  forget(): void;
}

/** The state machine of one target. It has no timers: the end of the cooldown is noticed by whoever looks next. */
export const createCircuit = (
  { provider, model }: TargetName,
  rules: CircuitRules,
  onChange: (from: CircuitState, status: CircuitStatus, calls: number) => void,
): Circuit => {
  let state: CircuitState = 'closed';
  let window = createRollingWindow(rules.windowMs);
  let running = 0;
  let lastFailure: ChatError | undefined;
  let lastCode: ErrorCode | undefined; // also of a failure elsewhere
  let opened: WindowCounts = { attempts: 0, failures: 0 };
  let openUntil = 0;
  let probing = false;
  // Goes up with every change and every probe: the verdict of an attempt from before says nothing of the time after.
  let turn = 0;

  const status = (): CircuitStatus => {
    const { failures } = state === 'closed' ? window.counts() : opened;
    return {
      state,
      failures,
      ...(state === 'open' && { retryInMs: Math.max(1, Math.ceil(openUntil - performance.now())) }),
      ...(lastCode && failures > 0 && { lastCode }),
    };
  };
  const change = (to: CircuitState): void => {
    const from = state;
    state = to;
    probing = false;
    turn += 1;
    onChange(from, status(), opened.attempts);
  };
  const open = (counts: WindowCounts): void => {
    opened = counts;
    openUntil = performance.now() + rules.cooldownMs;
    change('open');
  };
  const settle = (): void => {
    if (state === 'open' && performance.now() >= openUntil) change('half-open');
  };
  const clear = (): void => {
    window = createRollingWindow(rules.windowMs);
    lastFailure = undefined;
    lastCode = undefined;
  };
  const close = (): void => {
    clear();
    change('closed');
  };

  return {
    status() {
      settle();
      return status();
    },
    admit() {
      settle();
      if (state === 'closed') return 'pass';
      if (state === 'open' || probing) return 'refuse';
      probing = true;
      turn += 1;
      const mine = turn;
      return {
        leave: () => {
          if (turn === mine) probing = false;
        },
      };
    },
    refusal() {
      const { retryInMs, lastCode: code } = status();
      const { attempts, failures } = opened;
      const pause =
        retryInMs === undefined
          ? 'is asked by one call at a time until it answers'
          : `is not asked for another ${Math.ceil(retryInMs / 1000)} s`;
      const reason =
        attempts === 1 ? 'its last call failed' : `${failures} of its last ${attempts} calls failed`;
      // Only its class: the words belong to another caller.
      const last = code === 'unreachable' ? 'unreachable; is it running?' : code;
      return new ChatError('overloaded', `${provider}/${model} ${pause}: ${reason} (last: ${last})`, {
        provider,
        model,
        retryAfterMs: retryInMs ?? 1000,
        cause: lastFailure,
      });
    },
    begin(probe) {
      let mine = turn;
      let takeBack: (() => void) | undefined;
      running += 1;
      const counts = (): boolean => mine === turn && (state === 'closed' || (state === 'half-open' && probe));
      const answer = (): void => {
        if (!counts() || state !== 'half-open') return;
        close();
        mine = turn; // the rest of the probe's answer belongs to the closed circuit
      };
      return {
        answer,
        succeed() {
          if (counts() && state === 'closed') takeBack = window.succeed();
          else answer();
        },
        fail(failure) {
          if (!counts()) return;
          takeBack?.();
          window.fail();
          lastFailure = failure;
          lastCode = failure.code;
          const { attempts, failures } = window.counts();
          const enough = failures >= rules.failures && failures >= rules.failureShare * attempts;
          if (enough || state === 'half-open') open({ attempts, failures });
        },
        end() {
          running -= 1;
        },
      };
    },
    follow({ state: to, failures, calls, lastCode: code, retryInMs = 0, probing: elsewhere = false }) {
      if (to !== 'closed') {
        opened = { attempts: calls, failures };
        openUntil = performance.now() + retryInMs;
        lastFailure = undefined;
        lastCode = code;
      } else if (state === 'closed') return;
      else clear();
      state = to;
      probing = elsewhere;
      turn += 1;
    },
    isIdle: () => state === 'closed' && running === 0 && window.counts().attempts === 0,
    forget() {
      turn = Number.POSITIVE_INFINITY; // nothing counts any more
      if (state !== 'closed') close();
    },
  };
};
