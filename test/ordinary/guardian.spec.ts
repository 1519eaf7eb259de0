import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder, runs } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(expectNothingLeft);

function config(cwd: string, services: readonly object[]): string {
  const path = join(cwd, 'rxvisor.config.json');
  writeFileSync(path, JSON.stringify(services));
  return path;
}

describe.runIf(process.platform === 'linux')('a manager that is killed', () => {
  it('has each of its services asked as that service wants to be asked, and waited for', async () => {
    const cwd = folder();
    const notes = join(cwd, 'notes');
    // As Postgres: SIGTERM waits for all clients, SIGINT is a fast shutdown.
    const script = `trap 'echo TERM >>notes' TERM; trap 'sleep 0.3; echo fast >>notes; exit' INT; echo up; while :; do sleep 0.05; done`;
    const db = { name: 'db', command: 'sh', args: ['-c', script], cwd, stopSignal: 'SIGINT', ready: { line: 'up' } };
    const file = config(cwd, [{ ...db, grace: 60_000 }]);
    const program = start(process.execPath, [main, 'run', file], { RXVISOR_HOME: join(cwd, 'home') });
    await program.says(/db ready/);
    program.process.kill('SIGKILL');
    await eventually(() => expect(program.left()).toEqual([]));
    expect(readFileSync(notes, 'utf8')).toBe('fast\n');
  });

  // Its output is a pipe of the manager, which has gone when the shell says how its `sleep` ended.
  const noting = `sh -c 'trap "echo asked >>asked; exit" TERM; echo $$ >>pids; while :; do sleep 0.05; done' 2>/dev/null`;
  it.each([
    // Job control gives each job a group of its own; dash has it on a terminal only.
    ['has another group and no environment', `set -m; env -i ${noting} & set +m; wait`, 'asked\n'],
    ['is left by its leader', `set -m; env -i ${noting} & set +m; sleep 0.2; kill -9 $$`, 'asked\n'],
    ['has line feeds in its name', `printf 'a\nb) S 1' >/proc/$$/comm; ${noting} & wait`, 'asked\n'],
    ['ignores SIGTERM, too', `trap '' TERM; set -m; env -i sh -c 'echo $$ >>pids; exec sleep 1000' & set +m; wait`, ''],
  ])('leaves nothing of a session: a process that %s', async (_, script, asked) => {
    const cwd = folder();
    const pids = (): readonly number[] =>
      readFileSync(join(cwd, 'pids'), 'utf8').split('\n').filter(Boolean).map(Number);
    writeFileSync(join(cwd, 'asked'), '');
    const file = config(cwd, [
      { name: 'web', command: 'bash', args: ['-c', script], cwd, grace: 1_000, restartAt: [] },
    ]);
    const program = start(process.execPath, [main, 'run', file], { RXVISOR_HOME: join(cwd, 'home') });
    await program.says(/web started/);
    await eventually(() => expect(pids()).toHaveLength(1));
    program.process.kill('SIGKILL');
    try {
      await eventually(() => expect(pids().filter(runs)).toEqual([]));
      expect(readFileSync(join(cwd, 'asked'), 'utf8')).toBe(asked);
    } finally {
      // They bear no mark.
      for (const pid of pids().filter(runs)) process.kill(pid, 'SIGKILL');
    }
  });
});

describe.runIf(process.platform === 'linux')('a package that was copied without its guardian', () => {
  it('supervises, and says that a kill of the manager would leave its services', async () => {
    const cwd = folder();
    for (const part of ['dist', 'preload', 'package.json']) cpSync(part, join(cwd, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'));
    const sleeper = { name: 'web', command: 'sleep', args: ['1000'] };
    const file = config(cwd, [sleeper]);
    const bin = join(cwd, 'dist/cli/main.js');
    const program = start(process.execPath, [bin, 'run', file], { RXVISOR_HOME: join(cwd, 'home') });
    await program.says(/web started/);
    await program.says(/web guardian failed: the guardian ended: code \d+/);
    program.process.kill('SIGTERM');
    await program.ended;
    expect(program.left()).toEqual([]);
    expect(program.stdout().match(/guardian failed/g)).toHaveLength(1);
  });
});
