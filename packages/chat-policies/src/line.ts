/** One that stands in a line. */
export interface Standing<T> {
  readonly value: T;
  previous: Standing<T> | undefined;
  next: Standing<T> | undefined;
  /** Whether it has left. */
  left: boolean;
}

/**
 * Values in the order in which they came; leaving costs the same anywhere in it. It is no `Set`: each table that a `Set`
 * outgrows refers to its successor, so that once one has become old, all that come after it, and what they held, stay until
 * the next full garbage collection. For short-lived values that is most of the cost of a call.
 */
export class Line<T> {
  #first: Standing<T> | undefined;
  #last: Standing<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first?.value;
  }

  /** Takes its place behind all others; what it returns is for `leave`. */
  enter(value: T): Standing<T> {
    const standing: Standing<T> = { value, previous: this.#last, next: undefined, left: false };
    if (this.#last) this.#last.next = standing;
    else this.#first = standing;
    this.#last = standing;
    this.#size += 1;
    return standing;
  }

  /** Does nothing for one that has left. */
  leave(standing: Standing<T>): void {
    if (standing.left) return;
    const { previous, next } = standing;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    this.#size -= 1;
    standing.left = true;
    standing.previous = undefined; // an old one must not keep those that came after it
    standing.next = undefined;
  }

  /** Takes the first one out. */
  shift(): T | undefined {
    const first = this.#first;
    if (first) this.leave(first);
    return first?.value;
  }
}
