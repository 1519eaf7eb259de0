import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { type Child, type ChildSpec, supervise, type Supervisor, type SupervisorEvent } from '../../src/index.js';
import { groupAlive } from '../groupAlive.js';
import { fixture, folder, read } from './bench.js';

const supervisors: Supervisor[] = [];
const signals = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'];
const listeners = (): number[] => signals.map((event) => process.listenerCount(event));
const before = listeners();

function supervisor(specs: readonly ChildSpec[]): Supervisor {
  const made = supervise(specs);
  supervisors.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(supervisors.splice(0).map(async (made) => made[Symbol.asyncDispose]()));
  expect(listeners()).toEqual(before);
});

const sleeper: ChildSpec = { command: 'sleep', args: ['60'] };

/** Waits until all are online; gives their pids. */
async function online({ status$ }: Supervisor): Promise<number[]> {
  const statuses = await firstValueFrom(
    status$.pipe(filter((statuses) => statuses.every(({ state }) => state === 'online'))),
  );
  return statuses.flatMap(({ pid }) => pid ?? []);
}

async function event(child: Child, type: SupervisorEvent['type']): Promise<SupervisorEvent> {
  return firstValueFrom(child.event$.pipe(filter((event) => event.type === type)));
}

it('stop resolves when the process group is gone and the log is complete', async () => {
  const log = join(folder(), 'log');
  // The grandchild ignores the signal: it outlives its leader, who has last words.
  const script = `trap 'seq 1000; exit 0' TERM; (trap '' TERM; echo up; sleep 60) & wait`;
  const spec: ChildSpec = { name: 'a', command: 'sh', args: ['-c', script], log, ready: { line: 'up' } };
  const a = supervisor([spec]);
  const [pid] = await online(a);
  expect(await a.stop('a')).toMatchObject([{ state: 'stopped', lastExit: { code: 0 } }]);
  expect(groupAlive(pid!)).toBe(false);
  const numbers = Array.from({ length: 1_000 }, (_, index) => `${index + 1}\n`);
  expect(read(log)).toBe(`up\n${numbers.join('')}`);
});

it('restart resolves when the new run is ready', async () => {
  const file = join(folder(), 'notes');
  const spec: ChildSpec = { script: fixture('host-graceful.mjs'), args: [file], ready: 'message', grace: 5_000 };
  const a = supervisor([spec]);
  const [first] = await online(a);
  const seen: string[] = [];
  a.event$.subscribe(({ type }) => seen.push(type));
  const [status] = await a.restart(1);
  expect(status).toMatchObject({ state: 'online', attempt: 2, restarts: 1, crashes: 0 });
  expect(seen).toEqual(['stopping', 'exited', 'spawned', 'ready']);
  expect([groupAlive(first!), groupAlive(status!.pid!)]).toEqual([false, true]);
  expect(read(file)).toBe('the child is stopping\nthe child has stopped\n');
});

it('restart resolves when the new run has failed', async () => {
  const path = join(folder(), 'once');
  const script = `if [ -e ${path} ]; then exit 4; fi; touch ${path}; echo up; exec sleep 60`;
  const a = supervisor([{ command: 'sh', args: ['-c', script], ready: { line: 'up' }, restartAt: [] }]);
  await online(a);
  expect(existsSync(path)).toBe(true);
  expect(await a.restart(1)).toMatchObject([{ state: 'failed', lastExit: { code: 4 } }]);
});

it('send and signal reach the child; its replies are events', async () => {
  const spec: ChildSpec = { name: 'a', script: fixture('listener.mjs'), ready: { line: 'listening' } };
  const a = supervisor([]);
  const child = a.start(spec);
  await event(child, 'ready');
  const answer = event(child, 'message');
  const [sent] = await a.send('a', { hello: [1, 'two', null] });
  expect(sent).toMatchObject({ id: 1, state: 'online' });
  expect(await answer).toMatchObject({ id: 1, message: { echo: { hello: [1, 'two', null] } } });
  const ended = event(child, 'exited');
  a.signal('a', 'SIGKILL');
  expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL', expected: false });
});

it('reopenLogs goes on in a new file, and nothing is lost between', async () => {
  const log = join(folder(), 'log');
  const script = `n=0; trap 'n=$((n+1)); echo $n' USR1; echo up; while :; do sleep 60 & wait; done`;
  const a = supervisor([{ command: 'sh', args: ['-c', script], log, ready: { line: 'up' } }]);
  await online(a);
  a.signal(1, 'SIGUSR1');
  await vi.waitFor(() => expect(read(log)).toBe('up\n1\n'), 5_000);
  renameSync(log, `${log}.1`);
  a.reopenLogs(1);
  a.signal(1, 'SIGUSR1');
  await vi.waitFor(() => expect(read(log)).toBe('2\n'), 5_000);
  expect(read(`${log}.1`)).toBe('up\n1\n');
});

it('thirty children and eight supervisors: no warning of leaks, and no listener is left', async () => {
  const warnings: string[] = [];
  const warn = ({ name }: Error): unknown => warnings.push(name);
  process.on('warning', warn);
  const all = Array.from({ length: 8 }, (_, index) => supervisor(Array<ChildSpec>(index === 0 ? 30 : 1).fill(sleeper)));
  const pids = (await Promise.all(all.map(online))).flat();
  expect(pids.length).toBe(37);
  // One more for `exit`: all runs share a listener that writes what is pending.
  expect(listeners()).toEqual(before.map((count, index) => count + (index === 0 ? 9 : 8)));
  await Promise.all(all.map(async (each) => each.stopAll()));
  expect(pids.filter(groupAlive)).toEqual([]);
  expect(listeners()).toEqual(before);

  process.off('warning', warn);
  expect(warnings).toEqual([]);
});

it('is disposed of at the end of its scope', async () => {
  const pids: number[] = [];
  {
    await using scoped = supervise([sleeper, sleeper]);
    pids.push(...(await online(scoped)));
    expect(pids.map(groupAlive)).toEqual([true, true]);
  }
  expect(pids.map(groupAlive)).toEqual([false, false]);
});
