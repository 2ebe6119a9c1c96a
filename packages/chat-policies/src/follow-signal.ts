/** A controller whose signal is aborted together with another one, and may be aborted alone. */
export interface Follower {
  readonly controller: AbortController;
  /** Lets go of the other signal. */
  readonly leave: () => void;
}

/** One listener, where `AbortSignal.any` keeps weak references in both signals; so it has to be left. */
export const followSignal = (signal: AbortSignal): Follower => {
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return { controller, leave: () => signal.removeEventListener('abort', follow) };
};
