import { execFile, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { delayWhen, timer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { type ChildSpec, type Effects, nodeEffects } from '../../src/index.js';
import { exits, fixture, folder, read, typesOf, watch, type Watched } from './bench.js';

/** What the child hands over in one write, in bytes: so much may have gone out untallied when it was killed. */
const WRITE = 4_099;

interface Flood {
  readonly child: Watched;
  readonly log: string;
  readonly cwd: string;
  /** The bytes it says it has written to its pipe. */
  readonly written: () => number;
  /** Once it has written so many bytes more. */
  readonly more: (bytes: number) => Promise<void>;
}

function flood(
  spec: ChildSpec,
  { colour = 'plain', rate }: { colour?: string; rate?: number } = {},
  effects?: Effects,
): Flood {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const tally = join(cwd, 'tally');
  const args = [tally, colour, ...(rate === undefined ? [] : [String(rate)])];
  const child = watch({ script: fixture('tally.mjs'), args, log, restartAt: [], grace: 10_000, ...spec }, effects);
  const written = (): number => {
    try {
      return Number(readFileSync(tally).readBigUInt64LE());
    } catch {
      return 0;
    }
  };
  const more = async (bytes: number): Promise<void> => {
    const from = written();
    await vi.waitFor(
      () => {
        expect(written()).toBeGreaterThan(from + bytes);
      },
      { timeout: 15_000, interval: 2 },
    );
  };
  return { child, log, cwd, written, more };
}

/** Numbered lines of so many characters, and the last of them to its end. */
function lines(length: number, line: (n: number) => string): string {
  const parts: string[] = [];
  for (let n = 1, size = 0; size <= length; n += 1) {
    parts.push(line(n));
    size += line(n).length;
  }
  return parts.join('');
}

const plain = (n: number): string => `${n} röt\n`;
const coloured = (n: number): string => `\u001B[3${n % 8}m${n}\u001B[39m röt\n`;

/** Its beginning, and nothing but a line end added. */
function expectBeginning(text: string, line: (n: number) => string): void {
  const whole = lines(text.length, line);
  expect(text.endsWith('\n')).toBe(true);
  expect(whole.startsWith(text) || whole.startsWith(text.slice(0, -1))).toBe(true);
}

describe('a child that floods is ended in its midst: all it had written to its pipe is in the log', () => {
  it.each<[what: string, spec: ChildSpec, colour: string]>([
    ['as bytes', { output: false }, 'plain'],
    ['with events', {}, 'plain'],
    ['as bytes, coloured', { output: false }, 'colour'],
  ])('by SIGKILL, %s', async (_what, spec, colour) => {
    for (const size of [1, 300_000, 3_000_000]) {
      const { child, log, written, more } = flood(spec, { colour });
      const { pid } = await child.seen('spawned');
      await more(size);
      process.kill(pid, 'SIGKILL');
      const events = await child.ended();
      expect(exits(events)[0]).toMatchObject({ code: null, signal: 'SIGKILL' });
      expectBeginning(read(log), colour === 'colour' ? coloured : plain);
      // A line end may have been added.
      expect(statSync(log).size).toBeGreaterThanOrEqual(written());
      expect(statSync(log).size).toBeLessThanOrEqual(written() + WRITE + 1);
    }
  });

  it('by SIGKILL, stripped: each of its lines is plain text', async () => {
    const { child, log, written, more } = flood({ stripANSI: true, output: false }, { colour: 'colour' });
    const { pid } = await child.seen('spawned');
    await more(1_000_000);
    process.kill(pid, 'SIGKILL');
    await child.ended();
    const text = read(log);
    const whole = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    expect(lines(whole.length, plain).startsWith(whole)).toBe(true);
    const last = whole.trimEnd().split('\n').length;
    const said = Array.from({ length: last + 1 }, (_, n) => coloured(n + 1)).join('');
    expect(Buffer.byteLength(said)).toBeGreaterThanOrEqual(written());
  });

  it.each<[how: string, end: (child: Watched) => void]>([
    ['a stop', (child) => child.sendCommand({ type: 'stop' })],
    ['a stop without grace', (child) => child.sendCommand({ type: 'stop', grace: 0 })],
  ])('by %s', async (_how, end) => {
    const { child, log, written, more } = flood({ output: false });
    await more(500_000);
    end(child);
    await child.ended();
    expectBeginning(read(log), plain);
    expect(statSync(log).size).toBeGreaterThanOrEqual(written());
  });

  it('by an unsubscription: its log is written to the end unseen', async () => {
    const { child, log, written, more } = flood({});
    await more(500_000);
    child.unsubscribe();
    await vi.waitFor(() => {
      expect(nodeEffects.logs.size).toBe(0);
    }, 5_000);
    expectBeginning(read(log), plain);
    expect(statSync(log).size).toBeGreaterThanOrEqual(written());
  });
});

describe('a log file in the midst of a flood', () => {
  it('is removed, and is made anew: what is not in the one is in the other', async () => {
    const { child, log, cwd, more } = flood({ output: false });
    const parts: string[] = [];
    for (const turn of [1, 2, 3]) {
      await eventually(() => {
        expect(statSync(log).size).toBeGreaterThan(0);
      });
      // A second name, to see what went to the first.
      const kept = join(cwd, `kept ${turn}`);
      linkSync(log, kept);
      parts.push(kept);
      rmSync(log);
      await more(200_000);
    }
    await child.stop();
    // The last one may have been removed with all that was written.
    const last = existsSync(log) ? [log] : [];
    expectBeginning([...parts, ...last].map(read).join(''), plain);
  });

  it('is replaced by another: what comes next is appended to that', async () => {
    const { child, log, cwd, more } = flood({ output: false });
    await more(200_000);
    linkSync(log, join(cwd, 'kept'));
    writeFileSync(join(cwd, 'new'), 'of others\n');
    renameSync(join(cwd, 'new'), log);
    await eventually(() => {
      expect(statSync(log).size).toBeGreaterThan(100_000);
    });
    await child.stop();
    const text = read(log);
    expect(text.startsWith('of others\n')).toBe(true);
    expectBeginning(read(join(cwd, 'kept')) + text.slice('of others\n'.length), plain);
  });

  it('is replaced by a folder: that is said, up to 1 MiB is held, what is lost is counted, the child goes on', async () => {
    const { child, log, cwd, more } = flood({ output: false }, { rate: 50_000 });
    await more(100_000);
    linkSync(log, join(cwd, 'kept'));
    rmSync(log);
    mkdirSync(log);
    expect(await child.seen('logFailed')).toMatchObject({ code: 'EISDIR', dropped: 0 });
    await more(2_500_000);
    rmSync(log, { recursive: true });
    child.sendCommand({ type: 'reopenLogs' });
    await eventually(() => {
      expect(statSync(log).size).toBeGreaterThan(0);
    });
    await more(100_000);
    const events = await child.stop();
    // The stop may have cut the last line off.
    const all = (read(join(cwd, 'kept')) + read(log)).split('\n').map((line) => /^\d+(?= röt$)/.exec(line)?.[0]);
    expect(all.slice(0, -2)).not.toContain(undefined);
    const numbers = all.filter((n) => n !== undefined).map(Number);
    const gaps = numbers.map((n, at) => n - (numbers[at - 1] ?? 0) - 1);
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
    const dropped = events.reduce((sum, event) => sum + (event.type === 'logFailed' ? event.dropped : 0), 0);
    expect(dropped).toBeGreaterThan(0);
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe(dropped);
  });
});

it('a disk that is slow: what is held stays bounded, the pipe is not read, and nothing is lost', async () => {
  let taken = 0;
  const slow: Effects = {
    ...nodeEffects,
    logs: new Map(),
    // Not faster than 3 MB/s.
    write$: (fd, chunks) => nodeEffects.write$(fd, chunks).pipe(delayWhen((count) => timer(count / 3_000))),
  };
  const counting: Effects = {
    ...slow,
    write$: (fd, chunks) => {
      taken += chunks.reduce((sum, { length }) => sum + length, 0);
      return slow.write$(fd, chunks);
    },
  };
  const { child, log, written, more } = flood({ output: false }, {}, counting);
  let most = 0;
  for (let turn = 0; turn < 30; turn += 1) {
    await more(100_000);
    most = Math.max(most, written() - taken);
  }
  const events = await child.stop();
  expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'exited']);
  expectBeginning(read(log), plain);
  expect(statSync(log).size).toBeGreaterThanOrEqual(written());
  // 1 MiB of credit, a pipe, and what is under way between.
  expect(most).toBeLessThan(2_500_000);
});

const mayMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt']).status === 0;

describe.skipIf(!mayMount)('a disk that is full (skipped where none may be mounted)', () => {
  it('is said, the child goes on, what is lost is counted, and it all goes on once there is room', async () => {
    const disk = folder();
    const script = `mount -t tmpfs -o size=3m none ${disk} && exec ${process.execPath} ${fixture('fullDisk.mjs')} ${disk}`;
    const { stdout } = await promisify(execFile)('unshare', ['-m', 'sh', '-c', script], { maxBuffer: 2 ** 24 });
    const { free, codes, dropped, text } = JSON.parse(stdout) as {
      free: number;
      codes: string[];
      dropped: number;
      text: string;
    };
    expect({ free, codes }).toEqual({ free: 0, codes: ['ENOSPC'] });
    const numbers = text.trimEnd().split('\n').map(Number);
    expect(numbers.every((n, at) => at === 0 || n > numbers[at - 1]!)).toBe(true);
    expect(numbers.slice(-10)).toEqual(Array.from({ length: 10 }, (_, n) => 600_001 + n));
    expect(dropped).toBeGreaterThan(100_000);
    expect(numbers.length + dropped).toBe(600_010);
  });
});
