import { setFlagsFromString } from 'node:v8';

/**
 * Settings of V8 for a service, whose requests come and go and whose code stays. After eight seconds with little to do it would
 * collect everything: the space for young objects shrinks to a megabyte, and code is dropped that knows the shape of an object of
 * which there is none at the moment, or that was not called of late. Thousands of calls after such a pause would cost up to
 * twice as much. And what is made at places where many objects have survived is made old from then on: here that are
 * requests, which then stay until a full collection.
 *
 * Call it before anything else: V8 checks that it has begun no more collections in a pause than it may, and would abort the
 * process where one had begun already.
 */
export const tuneHeap = (): void => {
  setFlagsFromString('--memory-reducer-gc-count=0');
  setFlagsFromString('--no-flush-bytecode');
  setFlagsFromString('--no-allocation-site-pretenuring');
};
