import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
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
