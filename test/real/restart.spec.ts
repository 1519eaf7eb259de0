import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { type ChildSpec, managed$, orThrow } from '../../src/index.js';
import { exits, fixture, folder, read, typesOf, watch } from './bench.js';

const twice = { restartAt: [1, 1], limit: { max: 1, within: 60_000 } };
const sh = (script: string): ChildSpec => ({ command: 'bash', args: ['-c', script], grace: 10_000 });
const run = ['spawned', 'ready', 'exited'];

describe('what follows the end of a child', () => {
  it.each<[policy: string, how: string, spec: ChildSpec, ending: readonly string[]]>([
    ['crash', 'a clean exit', { ...sh('exit 0'), ...twice }, run],
    ['crash', 'a crash', { ...sh('exit 1'), ...twice }, [...run, 'backingOff', ...run, 'gaveUp']],
    ['crash', 'a signal', { ...sh('kill -9 $$'), ...twice }, [...run, 'backingOff', ...run, 'gaveUp']],
    [
      'exit',
      'a clean exit',
      { ...sh('exit 0'), ...twice, restartOn: 'exit' },
      [...run, 'backingOff', ...run, 'gaveUp'],
    ],
    ['exit', 'a crash', { ...sh('exit 1'), ...twice, restartOn: 'exit' }, [...run, 'backingOff', ...run, 'gaveUp']],
    ['never', 'a clean exit', { ...sh('exit 0'), restartAt: [] }, run],
    ['never', 'a crash', { ...sh('exit 1'), restartAt: [] }, [...run, 'gaveUp']],
    ['never, as [0]', 'a crash', { ...sh('exit 1'), restartAt: [0] }, [...run, 'gaveUp']],
    ['a code that stops it', 'that code', { ...sh('exit 3'), ...twice, stopExitCodes: [3] }, run],
  ])('restart on %s, after %s', async (_policy, _how, spec, ending) => {
    expect(typesOf(await watch(spec).ended())).toEqual(ending);
  });

  it.each<[policy: string, spec: ChildSpec]>([
    ['crash', twice],
    ['exit', { ...twice, restartOn: 'exit' }],
    ['never', { restartAt: [] }],
  ])('restart on %s, after a stop that was asked for', async (_policy, spec) => {
    const child = watch({ ...sh('trap "exit 1" TERM; echo up; while :; do sleep 0.01; done'), ...spec });
    await child.said(/^up$/);
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: 1, expected: true });
  });

  it.each<[end: string, spec: ChildSpec, error: object]>([
    [
      'an exit code',
      { command: 'bash', args: ['-c', 'echo no luck >&2; exit 3'] },
      { exit: { code: 3, signal: null }, stderr: ['no luck'] },
    ],
    [
      'a signal',
      { command: 'bash', args: ['-c', 'kill -9 $$'] },
      { exit: { code: null, signal: 'SIGKILL' }, stderr: [] },
    ],
    [
      'a program that is missing',
      { command: 'rxvisor-no-such-program' },
      { exit: undefined, cause: { code: 'ENOENT' } },
    ],
    [
      'an unreadable message',
      { script: fixture('channelBytes.mjs'), args: ['{ "text": "not json\\n" }'] },
      { cause: { message: expect.stringContaining('a message cannot be read') as string } },
    ],
  ])('orThrow says why: %s', async (_end, spec, error) => {
    const run$ = managed$({ ...spec, restartAt: [] }).pipe(orThrow());
    await expect(lastValueFrom(run$)).rejects.toMatchObject({ code: 'ERR_GAVE_UP', ...error });
  });

  it('a requested restart does not count as a crash, and the log continues', async () => {
    const log = join(folder(), 'a.log');
    const child = watch({ ...sh('echo up $$; exec sleep 60'), log, restartAt: [] });
    for (const attempt of [1, 2]) {
      await child.seen('output', (event) => event.attempt === attempt);
      child.sendCommand({ type: 'restart' });
    }
    await child.seen('output', (event) => event.attempt === 3);
    const events = await child.stop();
    expect(exits(events).map(({ attempt, expected }) => [attempt, expected])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
    const pids = events.flatMap((event) => (event.type === 'spawned' ? [`up ${event.pid}\n`] : []));
    expect(new Set(pids).size).toBe(3);
    expect(read(log)).toBe(pids.join(''));
  });

  it('a stop in the back-off ends it at once', async () => {
    const child = watch({ ...sh('exit 1'), restartAt: [2_000_000_000] });
    await child.seen('backingOff');
    expect(typesOf(await child.stop())).toEqual([...run, 'backingOff', 'stopping stop']);
  });

  it('a stop that comes before it is known to have started ends that one run', async () => {
    const child = watch(sh('exec sleep 60'));
    expect(typesOf(await child.stop())).toEqual(['spawned', 'stopping stop', 'exited']);
  });

  it('a stop in the midst of a restart, and a restart in the midst of a restart: one more run at most', async () => {
    const child = watch(sh('trap "sleep 0.05; exit" TERM; echo up; while :; do sleep 0.01; done'));
    await child.said(/^up$/);
    child.sendCommand({ type: 'restart' });
    child.sendCommand({ type: 'restart' });
    await child.seen('spawned', ({ attempt }) => attempt === 2);
    child.sendCommand({ type: 'restart' });
    const events = await child.stop();
    expect(exits(events)).toHaveLength(2);
  });
});

describe('300 restarts', () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;

  it.each<[what: string, spec: ChildSpec, times: number]>([
    ['of a command', sh('echo $$; exit 1'), 300],
    ['of a fork', { script: fixture('report.cjs'), restartOn: 'exit' }, 5],
    ['that fail', { command: 'no-such-program' }, 300],
  ])(
    '%s leave no descriptor behind',
    async (_what, spec, times) => {
      const log = join(folder(), 'a.log');
      const before = descriptors();
      const child = watch({ ...spec, log, restartAt: [0, 0], limit: { max: times, within: 600_000 } });
      const events = await child.ended();
      expect(events.at(-1)).toMatchObject({ type: 'gaveUp', attempt: times + 1 });
      await eventually(() => {
        expect(descriptors()).toBeLessThanOrEqual(before);
      });
      if (spec.command !== 'no-such-program') expect(read(log).trimEnd().split('\n')).toHaveLength(times + 1);
    },
    60_000,
  );
});
