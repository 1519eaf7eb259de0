// Commands for a service that has crashed and is not restarted. What was asked for is done: the exit code is 0.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft } from '../fixtures/cli-harness.js';
import { type Commands, commands } from '../real/commands.js';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
  await expectNothingLeft();
});

/** Two services that have failed, and one that runs. */
async function twoDown(): Promise<Commands> {
  const made = commands();
  ends.push(made.end);
  const path = join(made.home, 'x.config.json');
  const down = ['one', 'two'].map((name) => ({ name, command: 'sh', args: ['-c', 'exit 7'], restartAt: [] }));
  writeFileSync(path, JSON.stringify([...down, { name: 'up', command: 'sleep', args: ['60'] }]));
  expect((await made.run('start', path)).code).toBe(1);
  return made;
}

describe('a service that has failed', () => {
  it.each([
    ['stop', 'all'],
    ['delete', 'all'],
    ['reset', 'all'],
    ['reopen', 'all'],
    ['unwatch', 'all'],
    ['shutdown', '--json'],
  ])(
    'rxvisor %s %s is done',
    async (...words) => {
      const { run } = await twoDown();
      expect(await run(...words)).toMatchObject({ code: 0, err: '' });
    },
    60_000,
  );

  it('is not one of the instances that scale asks for', async () => {
    const { run } = await twoDown();
    expect(await run('scale', 'one', '1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('one: it has failed. Restart it to run it again.') as string,
    });
  }, 60_000);

  it('that fails again has a line of its own', async () => {
    const { run } = await twoDown();
    const { code, err } = await run('restart', 'all');
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      'rxvisor: one: it did not come up. The last run ended: exit code 7.',
      'two: it did not come up. The last run ended: exit code 7.',
    ]);
  }, 60_000);
});
