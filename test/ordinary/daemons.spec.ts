import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder, runs } from '../real/bench.js';
import { main } from '../real/commands.js';

const daemon = resolve('test/fixtures/tree/daemon.pl');
const hasPerl = process.platform === 'linux' && spawnSync('perl', ['-MPOSIX', '-e', '0']).status === 0;
const noted: string[] = [];

afterEach(async () => {
  await expectNothingLeft();
  // They bear no mark.
  for (const pid of noted.splice(0).map(pidIn)) if (runs(pid) && isDaemon(pid)) process.kill(pid, 'SIGKILL');
});

function run(service: object, when: 'first' | 'asked'): { readonly program: Program; readonly pid: () => number } {
  const cwd = folder();
  const file = join(cwd, 'pid');
  noted.push(file);
  const path = join(cwd, 'rxvisor.config.json');
  writeFileSync(path, JSON.stringify([{ name: 'web', command: 'perl', args: [daemon, when, file], ...service }]));
  const program = start(process.execPath, [main, 'run', path], { RXVISOR_HOME: join(cwd, 'home') });
  return { program, pid: () => pidIn(file) };
}

function pidIn(file: string): number {
  return Number(readFileSync(file, 'latin1'));
}

function isDaemon(pid: number): boolean {
  return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1').includes('daemon');
}

describe.runIf(hasPerl)('a program that runs on in the background', () => {
  it('is ended, also if it writes over its environment meanwhile and does not obey', async () => {
    const { program, pid } = run({ grace: 300 }, 'asked');
    const { code } = await program.ended;
    expect(program.stdout()).toMatch(
      /web ended and left processes behind: stopping them\. A daemon has to stay in the foreground/,
    );
    expect(program.stdout()).toMatch(/web ended: code 0/);
    expect([code, runs(pid())]).toEqual([0, false]);
  });

  it('is told of, with the remedy, if it has written over its environment before', async () => {
    const { program, pid } = run({}, 'first');
    await program.ended;
    expect(program.stdout()).toContain(
      `web seems to run on in the background, unsupervised: pid ${String(pid())}. A daemon has to stay in the foreground (nginx: daemon off)`,
    );
    expect(runs(pid())).toBe(true);
  });

  it('may do so with detachedOk', async () => {
    const { program, pid } = run({ detachedOk: true }, 'first');
    await program.ended;
    expect(program.stdout()).not.toMatch(/background|behind/);
    expect(runs(pid())).toBe(true);
  });
});
