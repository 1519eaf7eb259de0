import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filter, firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import * as pm from '../../src/pm.js';
import { fixture, folder, read } from './bench.js';

it('onstopping in a managed child is called in the child, and awaited', async () => {
  const log = join(folder(), 'log');
  const child = pm.start({ name: 'a', script: fixture('host-pm-child.mjs'), log, grace: 5_000, ready: { line: 'up' } });
  await firstValueFrom(child.event$.pipe(filter(({ type }) => type === 'ready')));
  const here: string[] = [];
  const takeBack = pm.onstopping(() => here.push('here'));
  expect(await pm.stop('a')).toMatchObject([{ state: 'stopped', lastExit: { code: 0, signal: null } }]);
  expect(read(log)).toBe('up\nstopped in the child\n');
  expect(here).toEqual([]);
  takeBack();
});

it('can be loaded from CommonJS by require', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fixture('host-require.cjs')]);
  expect(stdout.trim().split('\n')).toEqual([
    'started undefined',
    'spawned 1',
    'ready 1',
    'stopping 1',
    'exited 1',
    'spawned 2',
    'ready 2',
    'onstopping',
    'stopping 2',
    'exited 2',
    'done undefined',
  ]);
});

it('prints what a child without a log prints, as it is; what has a log, or no output, is not printed', async () => {
  const log = join(folder(), 'log');
  const program = `
    import * as pm from 'rxvisor/pm';
    const say = (name) => ({ name, command: 'sh', args: ['-c', \`echo \${name} out; echo \${name} err >&2\`], restartAt: [] });
    const ended = [say('shown'), { ...say('logged'), log: ${JSON.stringify(log)} }, { ...say('quiet'), output: false }].map(
      (spec) => new Promise((resolve) => pm.start(spec).status$.subscribe(({ state }) => state === 'stopped' && resolve())),
    );
    await Promise.all(ended);`;
  const printed = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(printed).toEqual({ stdout: 'shown out\n', stderr: 'shown err\n' });
  expect(read(log).split('\n').sort()).toEqual(['', 'logged err', 'logged out']);
});
