import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { snapshotConfig } from '../src/config-snapshot.js';
import { watchConfig } from '../src/watch-config.js';
import { temporaryFolder } from './support/temporary-folder.js';

const intervalMs = 20;
/** Long enough for a change to be seen, were there one. */
const aWhile = () => sleep(10 * intervalMs);

const watched = (file = path.join(temporaryFolder(), 'lakehouse.toml'), every = intervalMs) => {
  writeFileSync(file, 'a = 1\n');
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const snapshot = () => snapshotConfig({ config: file, environment: {}, cwd: '/' });
  const onChange = vi.fn(() => watch.follow(snapshot())); // as a reload does
  const watch = watchConfig({ log, onChange, intervalMs: every });
  onTestFinished(() => watch.close());
  watch.follow(snapshot());
  return { file, onChange, watch, lines };
};

describe('a change is told once', () => {
  it.each<[string, (file: string) => void]>([
    ['of a file that is written in place', (file) => writeFileSync(file, 'a = 2\n')],
    [
      'of a file that takes the place of the other, with the same size and time',
      (file) => {
        const time = new Date(0);
        writeFileSync(`${file}.new`, 'a = 2\n');
        utimesSync(`${file}.new`, time, time);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('%s', async (_name, change) => {
    const { file, onChange } = watched();
    await aWhile();
    change(file);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled());
    await aWhile();
    expect(onChange).toHaveBeenCalledOnce();
  });

  it('of a symbolic link that is turned, as Kubernetes does', async () => {
    const folder = temporaryFolder();
    const [old, next, link] = ['old', 'new', 'lakehouse.toml'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    symlinkSync(old, link);
    const { onChange } = watched(link);
    writeFileSync(next, 'a = 2\n');
    symlinkSync(next, `${link}.new`);
    renameSync(`${link}.new`, link);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  });

  it('of a file that was followed while it could not be looked at', async () => {
    const { file, onChange, watch } = watched();
    watch.follow({ file, fingerprint: undefined, bytes: undefined });
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  });
});

describe('no change is told', () => {
  it('while the file is still being written', async () => {
    const { file, onChange } = watched(undefined, 60);
    const until = performance.now() + 600;
    for (let round = 0; performance.now() < until; round += 1) {
      writeFileSync(file, `a = ${round}\n`);
      await sleep(10);
    }
    expect(onChange).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  });

  it('of a file that holds the same bytes', async () => {
    const { file, onChange, lines } = watched();
    writeFileSync(file, 'a = 1\n');
    utimesSync(file, new Date(0), new Date(0));
    await aWhile();
    expect(onChange).not.toHaveBeenCalled();
    expect(lines).toEqual([]);
  });

  it('of what was loaded by another way meanwhile', async () => {
    const { file, onChange, watch } = watched();
    writeFileSync(file, 'a = 2\n');
    watch.follow(snapshotConfig({ config: file, environment: {}, cwd: '/' }));
    await aWhile();
    expect(onChange).not.toHaveBeenCalled();
  });

  it('after the end, nor where there is no file', async () => {
    const ended = watched();
    ended.watch.close();
    const nothing = watched();
    nothing.watch.follow(undefined);
    for (const { file } of [ended, nothing]) writeFileSync(file, 'a = 2\n');
    await aWhile();
    expect(ended.onChange).not.toHaveBeenCalled();
    expect(nothing.onChange).not.toHaveBeenCalled();
  });
});

describe('a file that is gone', () => {
  it('is reported once, and its return with something else is a change', async () => {
    const { file, onChange, lines } = watched();
    unlinkSync(file);
    await aWhile();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 50,
        config: file,
        code: 'ENOENT',
        msg: expect.stringMatching(/old config keeps serving/),
      }),
    ]);
    expect(onChange).not.toHaveBeenCalled();
    writeFileSync(file, 'a = 2\n');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  });

  it('is reported again when it goes again, and its return as it was is no change', async () => {
    const { file, onChange, lines } = watched();
    for (const round of [1, 2]) {
      rmSync(file);
      await vi.waitFor(() => expect(lines).toHaveLength(round * 2 - 1));
      writeFileSync(file, 'a = 1\n');
      await vi.waitFor(() =>
        expect(lines.at(-1)).toMatchObject({ level: 30, msg: expect.stringMatching(/is back/) }),
      );
    }
    expect(onChange).not.toHaveBeenCalled();
  });

  it('is back when its folder is, which leaves no trace in the file itself', async () => {
    const folder = path.join(temporaryFolder(), 'mounted');
    mkdirSync(folder);
    const { onChange, lines } = watched(path.join(folder, 'lakehouse.toml'));
    renameSync(folder, `${folder}-away`);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    renameSync(`${folder}-away`, folder);
    await vi.waitFor(() =>
      expect(lines.at(-1)).toMatchObject({ level: 30, msg: expect.stringMatching(/is back/) }),
    );
    expect(onChange).not.toHaveBeenCalled();
  });
});
