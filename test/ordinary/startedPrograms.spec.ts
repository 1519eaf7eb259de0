import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { main } from '../real/commands.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-started-'));
});

afterEach(async () => {
  await expectNothingLeft();
  rmSync(folder, { recursive: true, force: true });
});

const manager = (how: string, what: string): Program =>
  start(process.execPath, ['test/fixtures/started-manager.mjs', how, what, join(folder, 'up')]);

describe.runIf(process.platform === 'linux').each(['liveness', 'ready', 'probe$', 'notify'])(
  'a program started for %s does not outlive its manager',
  (what) => {
    it.each([
      ['exit', 3],
      ['throw', 1],
      ['reject', 1],
    ])('which ends by %s', async (how, code) => {
      const program = manager(how, what);
      expect((await program.ended).code).toBe(code);
      expect(existsSync(join(folder, 'up'))).toBe(true);
      await eventually(() => expect(program.left()).toEqual([]));
    });

    it('which is killed by SIGKILL', async () => {
      const program = manager('stay', what);
      await program.says(/^up$/m);
      program.process.kill('SIGKILL');
      await program.ended;
      await eventually(() => expect(program.left()).toEqual([]));
    });
  },
);

const run = (service: object): Program => {
  const file = join(folder, 'rxvisor.config.json');
  writeFileSync(file, JSON.stringify([{ name: 'web', command: 'sleep', args: ['1000'], ...service }]));
  return start(process.execPath, [main, 'run', file], { RXVISOR_HOME: join(folder, 'home') });
};

describe.runIf(process.platform === 'linux')('an exec probe', () => {
  it('runs in the folder and the environment of its service', async () => {
    const check = join(folder, 'check.sh');
    writeFileSync(check, '#!/bin/sh\npwd >seen; echo "$PGUSER" >>seen; test "$PGUSER" = me\n', { mode: 0o755 });
    const program = run({ cwd: folder, env: { PGUSER: 'me' }, ready: { exec: ['./check.sh'] } });
    await program.says(/web ready/);
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe(`${folder}\nme\n`);
    program.process.kill('SIGTERM');
    await program.ended;
  });

  it.each([
    ['that passes', '0', { timeout: 60_000 }],
    ['that fails', '1', { timeout: 60_000 }],
    ['that is too late', '0; sleep 1000', { timeout: 200 }],
  ])('%s leaves nothing of it behind', async (_, end, options) => {
    const script = `setsid sleep 1000 & sleep 1000 & echo x >>"${join(folder, 'polls')}"; exit ${end}`.replace(
      'exit 0; sleep 1000',
      'sleep 1000',
    );
    const liveness = { exec: ['sh', '-c', script], every: 300, failures: 1_000, ...options };
    const program = run({ liveness });
    await eventually(() => expect(readFileSync(join(folder, 'polls'), 'utf8').length).toBeGreaterThanOrEqual(6));
    // The manager, its child, and the programs of one poll at most: that which is on.
    expect(program.left().length).toBeLessThanOrEqual(2 + 4);
    program.process.kill('SIGTERM');
    await program.ended;
    expect(program.left()).toEqual([]);
  });
});
