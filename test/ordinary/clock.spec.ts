import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-clock-'));
});

afterEach(async () => {
  await expectNothingLeft();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux')('a manager that was suspended while its child was in time', () => {
  it.each([
    ['line', /^spawned$/m, /^(ready|stopping.*)$/m, 'ready'],
    ['tcp', /^spawned$/m, /^(ready|stopping.*)$/m, 'ready'],
    ['stop', /^stopping stop$/m, /^(exited|killed)$/m, 'exited'],
  ])('by %s, does not take it for late', async (how, begun, end, expected) => {
    const program = start(process.execPath, ['test/fixtures/clock-manager.mjs', how, folder]);
    await program.says(begun);
    program.process.kill('SIGSTOP');
    writeFileSync(join(folder, 'go'), '');
    await eventually(() => expect(existsSync(join(folder, 'late'))).toBe(true));
    program.process.kill('SIGCONT');
    await program.says(end);
    expect(end.exec(program.stdout())?.[1]).toBe(expected);
    program.process.kill('SIGTERM');
    await program.ended;
  });
});

it('a manager ends with its last shared port, and waits for no timer', async () => {
  const program = start(process.execPath, ['test/fixtures/lone-manager.mjs', join(folder, 'server.js')]);
  expect((await program.ended).code).toBe(0);
  expect(program.stdout()).toBe('timers: 0\n');
});
