import { readdirSync, readFileSync, statSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { fixture, folder, read, watch } from './bench.js';

const numbers = (count: number): string => Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');

it('a flood over rotations: no line is lost or duplicated, and no file exceeds its size', async () => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  // A busy machine may need longer than the default grace period of the log to write it all.
  const spec = { command: 'seq', args: ['200000'], output: false, grace: 30_000 };
  await watch({ ...spec, log: { file: log, rotate: { size: 100_000, keep: 1_000 } } }).ended();
  const names = readdirSync(cwd).sort();
  const files = [...names.filter((name) => name !== 'a.log'), 'a.log'].map((name) => read(join(cwd, name)));
  expect(files.length).toBeGreaterThan(10);
  expect(files.join('') === numbers(200_000)).toBe(true);
  for (const { length } of files) expect(length).toBeLessThanOrEqual(100_000);
});

it('rotated files are compressed with the same permissions, and only the newest are kept', async () => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const child = watch({
    command: 'sh',
    args: ['-c', 'seq 20000; exec sleep 60'],
    umask: '077',
    log: { file: log, rotate: { size: 50_000, keep: 2, gzip: true } },
  });
  await child.said(/^20000$/);
  await vi.waitFor(() => {
    const names = readdirSync(cwd).filter((name) => name !== 'a.log');
    expect(names).toHaveLength(2);
    expect(names.every((name) => name.endsWith('Z.gz'))).toBe(true);
  }, 10_000);
  const [older, newer] = readdirSync(cwd)
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => gunzipSync(readFileSync(join(cwd, name))).toString());
  await child.stop();
  expect(numbers(20_000).endsWith(older! + newer! + read(log))).toBe(true);
  expect(readdirSync(cwd).map((name) => statSync(join(cwd, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
});

it('a file that is removed or renamed is made anew for what comes next', async () => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const child = watch({ script: fixture('numberedLines.mjs'), args: ['x', '1'], log });
  const logged = async (text: string): Promise<void> => {
    await vi.waitFor(() => {
      expect(read(log)).toBe(text);
    }, 10_000);
  };
  await logged('x 1\n');
  renameSync(log, join(cwd, 'old'));
  child.sendCommand({ type: 'send', message: 'go on' });
  await logged('x 2\n');
  rmSync(log);
  child.sendCommand({ type: 'send', message: 'go on' });
  await logged('x 3\n');
  await child.stop();
  expect(read(join(cwd, 'old'))).toBe('x 1\n');
});
