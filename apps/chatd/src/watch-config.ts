import { type ConfigSnapshot, holdsSame, readFingerprint } from './config-snapshot.js';
import type { Logger } from './log.js';

export interface ConfigWatch {
  /** Watches the file of this snapshot; what differs from it is a change. Without one nothing is watched. */
  follow(snapshot: ConfigSnapshot | undefined): void;
  close(): void;
}

export interface WatchConfigOptions {
  readonly log: Logger;
  /** Told when the file holds something else than was followed, and holds still. */
  readonly onChange: () => void;
  /** Default 1000. */
  readonly intervalMs?: number;
}

/**
 * Asks for the file's state once in a while. Events would cost less and tell less: editors put another file in its
 * place, Kubernetes turns a symbolic link, and network file systems send none. A file that is just being written is
 * not loaded half: a change counts when two looks in a row see the same. One that holds the same bytes is none.
 */
export const watchConfig = ({ log, onChange, intervalMs = 1000 }: WatchConfigOptions): ConfigWatch => {
  let followed: ConfigSnapshot | undefined;
  let candidate: string | undefined;
  let missing = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const settle = async (snapshot: ConfigSnapshot, fingerprint: string): Promise<void> => {
    const same = await holdsSame(snapshot);
    if (snapshot !== followed) return; // it was loaded while this looked
    candidate = undefined;
    const returned = missing;
    missing = false;
    if (!same) {
      onChange();
      return;
    }
    followed = { ...snapshot, fingerprint };
    if (returned) log.info({ config: snapshot.file }, 'the config file is back, and holds what it held');
  };

  const look = async (snapshot: ConfigSnapshot): Promise<void> => {
    const found = await readFingerprint(snapshot.file).catch((error: NodeJS.ErrnoException) => error);
    if (snapshot !== followed) return;
    if (typeof found !== 'string') {
      candidate = undefined;
      if (missing) return;
      missing = true;
      log.error(
        { config: snapshot.file, code: found.code },
        'the config file cannot be found; the old config keeps serving',
      );
    } else if (found === snapshot.fingerprint && !missing) candidate = undefined;
    else if (found === candidate) await settle(snapshot, found);
    else candidate = found;
  };

  /** The next look begins after the last one is over, however long a file system takes. */
  const schedule = (): void => {
    if (closed) return;
    timer = setTimeout(
      () => void (followed ? look(followed) : Promise.resolve()).finally(schedule),
      intervalMs,
    );
    timer.unref();
  };
  schedule();

  return {
    follow(snapshot) {
      followed = snapshot;
      candidate = undefined;
      missing = false;
    },
    close() {
      closed = true;
      followed = undefined;
      clearTimeout(timer);
    },
  };
};
