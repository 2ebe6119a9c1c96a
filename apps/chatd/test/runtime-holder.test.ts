import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { Runtime } from '../src/runtime.js';
import { createRuntimeHolder } from '../src/runtime-holder.js';

/** A runtime of which only `close` is looked at. */
const runtime = (close: () => Promise<void> = async () => undefined) => {
  const spy = vi.fn(close);
  return { close: spy } as unknown as Runtime & { close: typeof spy };
};

describe('a runtime that was replaced', () => {
  it('is closed at once when nobody has a lease', () => {
    const [first, second] = [runtime(), runtime()];
    const holder = createRuntimeHolder(first);
    holder.replace(second);
    expect(first.close).toHaveBeenCalledOnce();
    expect(second.close).not.toHaveBeenCalled();
    expect(holder.current).toBe(second);
  });

  it('is closed with its last lease, and not before', () => {
    const [first, second] = [runtime(), runtime()];
    const holder = createRuntimeHolder(first);
    const leases = [holder.lease(), holder.lease()];
    holder.replace(second);
    leases[0]?.release();
    expect(first.close).not.toHaveBeenCalled();
    leases[1]?.release();
    expect(first.close).toHaveBeenCalledOnce();
  });

  it('is not closed early by a lease that is released twice', () => {
    const first = runtime();
    const holder = createRuntimeHolder(first);
    const [one, other] = [holder.lease(), holder.lease()];
    one.release();
    one.release();
    holder.replace(runtime());
    one.release();
    expect(first.close).not.toHaveBeenCalled();
    other.release();
    expect(first.close).toHaveBeenCalledOnce();
  });

  it('is closed in its own time: an older one may outlive it', () => {
    const [first, second, third] = [runtime(), runtime(), runtime()];
    const holder = createRuntimeHolder(first);
    const long = holder.lease();
    holder.replace(second);
    const short = holder.lease();
    holder.replace(third);
    expect([long.runtime, short.runtime, holder.lease().runtime]).toEqual([first, second, third]);
    short.release();
    expect(second.close).toHaveBeenCalledOnce();
    expect(first.close).not.toHaveBeenCalled();
    long.release();
    expect(first.close).toHaveBeenCalledOnce();
  });
});

describe('the current runtime', () => {
  it('stays open however often its leases come to nothing', () => {
    const first = runtime();
    const holder = createRuntimeHolder(first);
    holder.lease().release();
    holder.lease().release();
    expect(first.close).not.toHaveBeenCalled();
  });
});

describe('closing', () => {
  it('closes the current one and those that are leased, each once, and waits for all', async () => {
    const slow = Promise.withResolvers<void>();
    const [retiring, leased, current] = [runtime(() => slow.promise), runtime(), runtime()];
    const onClosed = vi.fn();
    const holder = createRuntimeHolder(retiring, { onClosed });
    holder.replace(leased);
    const lease = holder.lease();
    holder.replace(current);
    const closed = holder.close();
    await vi.waitFor(() => expect(onClosed).toHaveBeenCalledTimes(2));
    slow.resolve();
    await closed;
    lease.release();
    await holder.close();
    for (const each of [retiring, leased, current]) expect(each.close).toHaveBeenCalledOnce();
    expect(onClosed.mock.calls.flat()).toEqual([leased, current, retiring]);
  });

  it('closes at once what comes too late', async () => {
    const late = runtime();
    const holder = createRuntimeHolder(runtime());
    await holder.close();
    holder.replace(late);
    expect(late.close).toHaveBeenCalledOnce();
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('secret words'))],
    [
      'throws',
      () => {
        throw new Error('secret words');
      },
    ],
  ])('logs a runtime whose close %s, without its words, and throws nothing', async (_name, close) => {
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
    const onClosed = vi.fn();
    const holder = createRuntimeHolder(runtime(close), { log, onClosed });
    holder.replace(runtime());
    await vi.waitFor(() => expect(onClosed).toHaveBeenCalledOnce());
    expect(lines.join('')).toMatch(/"level":50.*could not be closed/);
    expect(lines.join('')).not.toContain('secret words');
    await expect(holder.close()).resolves.toBeUndefined();
  });
});
