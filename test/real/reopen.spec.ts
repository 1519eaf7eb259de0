import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { fixture, folder, watch } from './bench.js';

/** What `tally.mjs` writes, the last line perhaps without its end. */
function expectFlood(text: string): void {
  const wrong = text
    .split('\n')
    .slice(0, -2)
    .findIndex((line, at) => line !== `${at + 1} röt`);
  expect(wrong === -1 ? undefined : text.split('\n').slice(wrong, wrong + 2)).toBeUndefined();
}

function tallied(cwd: string): number {
  return Number(readFileSync(join(cwd, 'tally')).readBigUInt64LE());
}

/** Once so many bytes stand in a file, which need not exist yet. */
async function grown(path: string, bytes = 100_000): Promise<void> {
  await vi.waitFor(
    () => {
      expect(statSync(path).size).toBeGreaterThan(bytes);
    },
    { timeout: 10_000, interval: 5 },
  );
}

function whole(cwd: string, names: readonly string[]): string {
  return names.map((name) => readFileSync(join(cwd, name), 'utf8')).join('');
}

it('rxvisor run: SIGUSR2 after a rename, as logrotate does; a flood loses and doubles nothing', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'rxvisor-cli-'));
  onTestFinished(async () => {
    rmSync(cwd, { recursive: true });
    await expectNothingLeft();
  });
  const config = join(cwd, 'services.config.json');
  const specs = [
    { name: 'flood', script: fixture('tally.mjs'), args: [join(cwd, 'tally'), 'plain'], log: 'a.log', output: false },
    { name: 'quiet', command: 'sh', args: ['-c', 'echo up; exec sleep 60'], log: 'quiet.log' },
  ];
  writeFileSync(config, JSON.stringify(specs));
  const run = start(process.execPath, [resolve('dist/cli/main.js'), 'run', config]);
  await grown(join(cwd, 'quiet.log'), 0);
  const names = [];
  for (const turn of [1, 2, 3, 4, 5]) {
    await grown(join(cwd, 'a.log'));
    renameSync(join(cwd, 'a.log'), join(cwd, `a.log.${turn}`));
    names.push(`a.log.${turn}`);
    // One that says nothing is made anew by the signal alone.
    renameSync(join(cwd, 'quiet.log'), join(cwd, `quiet.log.${turn}`));
    run.process.kill('SIGUSR2');
    await eventually(() => {
      expect(existsSync(join(cwd, 'quiet.log'))).toBe(true);
    });
  }
  await grown(join(cwd, 'a.log'));
  run.process.kill('SIGTERM');
  await run.ended;
  const text = whole(cwd, [...names, 'a.log']);
  expectFlood(text);
  expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(tallied(cwd));
  expect(readFileSync(join(cwd, 'quiet.log.1'), 'utf8')).toBe('up\n');
});

it.each([false, true])('rotation, renames by others and reopenLogs at once, output events: %s', async (output) => {
  const cwd = folder();
  const log = join(cwd, 'a.log');
  const child = watch({
    script: fixture('tally.mjs'),
    args: [join(cwd, 'tally'), 'plain'],
    output,
    log: { file: log, rotate: { size: 150_000, keep: 10_000 } },
  });
  const rotated = (): number => readdirSync(cwd).filter((name) => name.endsWith('Z')).length;
  for (let turn = 1; turn <= 8; turn += 1) {
    const rotations = rotated();
    await vi.waitFor(
      () => {
        expect(rotated()).toBeGreaterThan(rotations);
      },
      { timeout: 10_000, interval: 5 },
    );
    await grown(log, 10_000);
    try {
      renameSync(log, join(cwd, `moved ${turn}`));
    } catch {
      // Just being rotated.
    }
    if (turn % 2 === 0) child.sendCommand({ type: 'reopenLogs' });
  }
  await grown(log, 50_000);
  await child.stop();
  // In the order of their first lines, for they have been renamed by two.
  const names = readdirSync(cwd).filter((name) => name !== 'tally' && statSync(join(cwd, name)).size > 0);
  const first = new Map(names.map((name) => [name, Number.parseInt(readFileSync(join(cwd, name), 'utf8'))]));
  names.sort((a, b) => first.get(a)! - first.get(b)!);
  expect(names.filter((name) => name.startsWith('moved')).length).toBeGreaterThan(3);
  expect(child.events.filter(({ type }) => type === 'logFailed')).toEqual([]);
  const text = whole(cwd, names);
  expectFlood(text);
  expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(tallied(cwd));
});
