import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Child } from '../../src/index.js';
import * as pm from '../../src/pm.js';
import { fixture, folder, read, runs } from './bench.js';

/** Waits for a child to be online with another process than `last`; gives its pid. */
async function online({ status$ }: Child, last?: number): Promise<number> {
  return new Promise((resolve) => {
    status$.subscribe(({ state, pid }) => state === 'online' && pid !== undefined && pid !== last && resolve(pid));
  });
}

it("the scenario of elife's pm: a Node module folder and a Python script: start, log, stop, restart, stop", async () => {
  // An application that has installed rxvisor.
  const app = folder();
  cpSync(fixture('seed'), app, { recursive: true });
  mkdirSync(join(app, 'node_modules'));
  symlinkSync(process.cwd(), join(app, 'node_modules/rxvisor'));
  const logs = { first: join(app, 'logs/service1.log'), second: join(app, 'logs/service2.log') };
  const linesOf = (log: keyof typeof logs): string[] => read(logs[log]).split('\n').slice(0, -1);
  const errors: unknown[] = [];
  const stopping: string[] = [];
  const takeBack = pm.onstopping(() => stopping.push('onstopping'));

  const first = pm.start({
    name: 'service1',
    cwd: join(app, 'services/first'),
    args: ['--port', '8080'],
    env: { COLOUR: 'green' },
    log: logs.first,
    restartAt: [100, 500],
    restartOk: 30 * 60 * 1000,
    grace: 5_000,
    stripANSI: true,
  });
  const second = pm.start(
    {
      name: 'service2',
      script: 'service.py',
      cwd: join(app, 'services/second'),
      args: ['--slow'],
      log: logs.second,
      stripANSI: true,
    },
    (error) => errors.push(error),
  );
  expect.assert(second);
  const [firstPid, secondPid] = await Promise.all([online(first), online(second)]);

  // Logged: whole lines, without the colours.
  const up = { first: 'first: up with --port,8080 and green', second: ['second: no config', 'second: up with --slow'] };
  await vi.waitFor(() => {
    expect(linesOf('first')).toEqual([up.first]);
    expect(linesOf('second').toSorted()).toEqual(up.second);
  }, 10_000);

  // Stopped: asked first, gone when the promise resolves, and its last words are in its log. The other goes on.
  expect(await pm.stop('service1', (error) => errors.push(error))).toMatchObject([
    { name: 'service1', state: 'stopped', lastExit: { code: 0, signal: null } },
  ]);
  expect([runs(firstPid), runs(secondPid)]).toEqual([false, true]);
  expect(linesOf('first')).toEqual([up.first, 'first: stopped cleanly']);

  // Restarted: the stopped one and the running one.
  const [restarted] = await pm.restart('service1', (error) => errors.push(error));
  expect(restarted).toMatchObject({ id: first.id, state: 'online' });
  await pm.restart('service2');
  expect(runs(secondPid)).toBe(false);
  const again = await online(second, secondPid);
  await vi.waitFor(() => {
    expect(linesOf('first')).toEqual([up.first, 'first: stopped cleanly', up.first]);
    expect(linesOf('second').toSorted()).toEqual([...up.second, ...up.second].toSorted());
  }, 10_000);

  // Crashed: started again by itself, after the first of the delays.
  const delays: number[] = [];
  second.event$.subscribe((event) => event.type === 'backingOff' && delays.push(event.delay));
  process.kill(again, 'SIGKILL');
  const third = await online(second, again);
  expect(delays).toEqual([100]);

  // Stopped again, and then all.
  expect(await pm.stop('service1')).toMatchObject([{ state: 'stopped' }]);
  expect(linesOf('first').at(-1)).toBe('first: stopped cleanly');
  expect(stopping).toEqual([]);
  await pm.stopall((error) => errors.push(error));
  expect(runs(third)).toBe(false);
  expect(stopping).toEqual(['onstopping']);
  expect(errors).toEqual([undefined, undefined, undefined, undefined]);
  takeBack();
});
