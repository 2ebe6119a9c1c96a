/** Somebody who waits for what a socket brings. */
export interface Waiter {
  /** Goes on with what is there. It must not throw. */
  proceed(): void;
}

/**
 * Lets those go on together for whom something came in the same turn of the event loop: once all sockets have been read, one
 * behind the other. Each call then finds the code and the data of its next step in the processor's caches, where it would find
 * what another call's other step left there, if it went on as soon as its own socket was read.
 */
export class Turn {
  #waiters: Waiter[] = [];

  /** `waiter` goes on before the next turn. */
  add(waiter: Waiter): void {
    if (this.#waiters.length === 0) setImmediate(this.#proceed);
    this.#waiters.push(waiter);
  }

  readonly #proceed = (): void => {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.proceed();
  };
}
