import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  for (const pid of noted.splice(0).flatMap(pidsIn)) if (runs(pid) && isDaemon(pid)) process.kill(pid, 'SIGKILL');
});

function run(service: object, when: 'first' | 'asked'): { readonly program: Program; readonly pid: () => number } {
  const { program, pids } = runOf((file) => ({ command: 'perl', args: [daemon, when, file], ...service }));
  return { program, pid: () => pids()[0] ?? NaN };
}

/** A script that notes in `$FILE`, by `echo`, the pids of what it leaves. */
function runScript(
  script: string,
  command = 'sh',
): { readonly program: Program; readonly pids: () => readonly number[] } {
  return runOf((file) => ({ command, args: ['-c', script], env: { FILE: file } }));
}

function runOf(service: (file: string) => object): {
  readonly program: Program;
  readonly pids: () => readonly number[];
} {
  const cwd = folder();
  const file = join(cwd, 'pid');
  noted.push(file);
  const path = join(cwd, 'rxvisor.config.json');
  writeFileSync(path, JSON.stringify([{ name: 'web', ...service(file) }]));
  const program = start(process.execPath, [main, 'run', path], { RXVISOR_HOME: join(cwd, 'home') });
  return { program, pids: () => pidsIn(file) };
}

function pidsIn(file: string): readonly number[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'latin1').trim().split('\n').map(Number);
}

function isDaemon(pid: number): boolean {
  const commandLine = readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1');
  return commandLine.includes('daemon') || commandLine.startsWith(`sleep${String.fromCharCode(0)}987`);
}

describe.runIf(hasPerl)('a program that runs on in the background', () => {
  it('is ended, also if it overwrites its environment meanwhile and ignores the signal', async () => {
    const { program, pid } = run({ grace: 300 }, 'asked');
    const { code } = await program.ended;
    expect(program.stdout()).toMatch(
      /web ended and left processes behind: stopping them\. Configure the program to stay in the foreground/,
    );
    expect(program.stdout()).toMatch(/web ended: code 0/);
    expect([code, runs(pid())]).toEqual([0, false]);
  });

  it('is reported, with the remedy, if it has overwritten its environment before', async () => {
    const { program, pid } = run({}, 'first');
    await program.ended;
    expect(program.stdout()).toContain(
      `web seems to run in the background, unsupervised: pid ${String(pid())}. Configure the program to stay in the foreground (nginx: daemon off)`,
    );
    expect(runs(pid())).toBe(true);
  });

  it('may do so with allowDetached', async () => {
    const { program, pid } = run({ allowDetached: true }, 'first');
    await program.ended;
    expect(program.stdout()).not.toMatch(/background|behind/);
    expect(runs(pid())).toBe(true);
  });
});

/** Starts a process with an environment of its own, in a session of its own, and waits until it is a `sleep`. */
const escape = (env: string): string =>
  `env -i ${env} setsid sh -c 'echo $$ >>"$0"; exec sleep 987' "$FILE" &
   until [ -s "$FILE" ] && grep -qs sleep "/proc/$(tail -n 1 "$FILE")/comm"; do sleep 0.01; done`;

describe.runIf(process.platform === 'linux')('a process that sheds its environment', () => {
  it.each([
    ['and its session', escape('PATH=/usr/bin:/bin')],
    ['and its session, but for what a shell sets', escape('')],
    ['and its session, and has output of its own', `( ${escape('')} ) >/dev/null 2>&1`],
    ['and its session, beside others that are left', `sleep 988 & setsid sleep 989 & ${escape('')}`],
  ])('%s, is named, with the remedy', async (_, script) => {
    const { program, pids } = runScript(script);
    const { code } = await program.ended;
    expect(program.stdout()).toContain(
      `web seems to run in the background, unsupervised: pid ${pids().join(', ')}. Configure the program to stay in the foreground`,
    );
    expect([code, pids().map(runs)]).toEqual([0, [true]]);
  });

  it('and its session, is named after a stop too', async () => {
    const { program, pids } = runScript(`${escape('PATH=/usr/bin:/bin')}; echo up; exec sleep 990`);
    await program.says(/up/);
    program.process.kill('SIGTERM');
    await program.ended;
    expect(program.stdout()).toContain(`in the background, unsupervised: pid ${pids().join(', ')}. `);
    expect(pids().map(runs)).toEqual([true]);
  });

  it('and its group, is ended: it is still in the session', async () => {
    // Job control gives each job a group of its own; dash has it on a terminal only.
    const { program, pids } = runScript(`set -m; ${escape('').replace('setsid ', '')}`, 'bash');
    await program.ended;
    expect(program.stdout()).toMatch(/web ended and left processes behind/);
    expect(pids().map(runs)).toEqual([false]);
  });

  it('belongs to strangers if it is started elsewhere: it is neither ended nor named', async () => {
    const cwd = folder();
    const file = join(cwd, 'stranger');
    noted.push(file);
    const { program } = runScript(`echo up; until [ -e "${file}.ready" ]; do sleep 0.01; done`);
    await program.says(/up/);
    spawnSync('sh', ['-c', `{ ${escape('PATH=/usr/bin:/bin').replaceAll('"$FILE"', `"${file}"`)}; } >/dev/null 2>&1`]);
    writeFileSync(`${file}.ready`, '');
    await program.ended;
    expect(program.stdout()).not.toMatch(/background|behind/);
    expect(pidsIn(file).map(runs)).toEqual([true]);
  });
});
