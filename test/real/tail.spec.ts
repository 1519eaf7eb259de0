import { readdirSync, readlinkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { tail$, type TailOptions } from '../../src/index.js';
import { folder, watch } from './bench.js';

const numbers = (count: number): string => Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');

interface Followed {
  readonly size: () => number;
  readonly text: () => string;
}

/** Follows a log for as long as the test runs. */
function follow(path: string, options: TailOptions): Followed {
  const blocks: string[] = [];
  let size = 0;
  const tail = tail$(path, { follow: true, ...options }).subscribe((text) => {
    blocks.push(text);
    size += text.length;
  });
  onTestFinished(() => {
    tail.unsubscribe();
  });
  return { size: () => size, text: () => blocks.join('') };
}

const BEGIN = 'begin\n';

/** The same, once it has begun: the line in the file shows that. Nothing else shows when the first look is over. */
async function followBegun(path: string, lines: number): Promise<Followed> {
  writeFileSync(path, BEGIN);
  const tail = follow(path, { lines });
  await eventually(() => {
    expect(tail.text()).toBe(BEGIN);
  });
  return tail;
}

/** As many characters as those lines have; a test that works while it waits slows down what it waits for. */
async function textOf(tail: Followed, length: number): Promise<string> {
  await vi.waitFor(() => {
    expect(tail.size()).toBeGreaterThanOrEqual(BEGIN.length + length);
  }, 40_000);
  return tail.text().slice(BEGIN.length);
}

/** All, and nothing twice: said in a line, because nobody can read a diff of a megabyte. */
function expectNumbers(text: string, count: number): void {
  const lines = text.split('\n');
  const wrong = lines.findIndex((line, at) => line !== (at < count ? String(at + 1) : ''));
  expect({ lines: lines.length - 1, wrong: lines[wrong] }).toEqual({ lines: count, wrong: undefined });
}

it.each<[what: string, lines: number, rotate: { size: number; keep: number; gzip?: boolean }]>([
  ['rotations', 1, { size: 50_000, keep: 1_000 }],
  ['rotations, from its first line', Infinity, { size: 50_000, keep: 1_000 }],
  ['many small rotations', 1, { size: 10_000, keep: 10_000 }],
  ['rotations with compression', 1, { size: 50_000, keep: 1_000, gzip: true }],
])(
  'follows a flood through %s: every line once, in order',
  async (_what, lines, rotate) => {
    const log = join(folder(), 'a.log');
    const tail = await followBegun(log, lines);
    const child = watch({ command: 'seq', args: ['200000'], output: false, log: { file: log, rotate } });
    await child.ended();
    expectNumbers(await textOf(tail, numbers(200_000).length), 200_000);
  },
  60_000,
);

it('follows a log while its files are compressed', async () => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const tail = await followBegun(log, 1);
  // Long enough for the first files to be compressed, a second after their rotation, while the last ones are written.
  const write = 'for i in $(seq 0 39); do seq $((i * 500 + 1)) $((i * 500 + 500)); sleep 0.05; done; exec sleep 60';
  const child = watch({
    command: 'bash',
    args: ['-c', write],
    output: false,
    log: { file: log, rotate: { size: 2_000, keep: 1_000, gzip: true } },
  });
  expectNumbers(await textOf(tail, numbers(20_000).length), 20_000);
  // Compression ends with the child, so it goes on until then.
  await vi.waitFor(() => {
    expect(readdirSync(cwd).filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(10);
  }, 30_000);
  await child.stop();
}, 60_000);

it('follows a flood through renames by others', async () => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const tail = await followBegun(log, 1);
  const count = 'i=0; while :; do i=$((i + 1)); echo $i; done';
  const child = watch({ command: 'bash', args: ['-c', count], log });
  const sizeOf = (name: string): number => statSync(join(cwd, name)).size;
  for (const turn of [1, 2, 3, 4]) {
    // Two renames within one look are more than it promises to follow: it has to have come to the new file.
    await vi.waitFor(() => {
      expect(sizeOf('a.log')).toBeGreaterThan(0);
      const before = readdirSync(cwd)
        .filter((name) => name !== 'a.log')
        .map(sizeOf);
      expect(tail.size()).toBeGreaterThan(before.reduce((sum, size) => sum + size, 0));
    }, 10_000);
    renameSync(log, join(cwd, `a.log.${turn}`));
    if (turn % 2 === 0) child.sendCommand({ type: 'reopenLogs' });
  }
  await child.stop();
  const text = child.output();
  expectNumbers(await textOf(tail, text.length), text.trimEnd().split('\n').length);
}, 60_000);

it('leaves no descriptor open, however early it is unsubscribed from', async () => {
  const log = join(folder(), 'a.log');
  writeFileSync(log, numbers(1_000));
  const open = (): number => readdirSync('/proc/self/fd', { encoding: 'utf8' }).filter(leadsTo(log)).length;
  for (const lines of [0, 10, Infinity]) {
    const tails = Array.from({ length: 20 }, () => tail$(log, { lines, follow: true }).subscribe());
    tails[0]!.unsubscribe();
    for (const tail of tails) {
      // Wherever each of them has come to.
      await stat(log);
      tail.unsubscribe();
    }
  }
  await eventually(() => {
    expect(open()).toBe(0);
  });
});

function leadsTo(path: string): (fd: string) => boolean {
  return (fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd)) === path;
    } catch {
      return false;
    }
  };
}
