import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { groupAlive } from '../groupAlive.js';
import { exits, fixture, folder, read, runs, typesOf, watch } from './bench.js';

const graceful = fixture('graceful.mjs');

describe('a child that imported rxvisor/child', () => {
  it('gets only a message; its async handlers are awaited, and its last output arrives', async () => {
    const child = watch({ script: graceful, ready: 'message', grace: 10_000 });
    await child.seen('ready');
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: 0, signal: null, expected: true });
    expect(child.output()).toBe('ready\nstopping\nstopped\n');
  });

  it('costs the grace, no more, when its handler hangs', async () => {
    const child = watch({ script: graceful, args: ['hangs'], ready: 'message', grace: 100 });
    await child.seen('ready');
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: null, signal: 'SIGKILL', expected: true });
    expect(child.output()).toBe('ready\nstopping\n');
  });

  it('exits with 1, and says why, when its handler throws', async () => {
    const child = watch({ script: graceful, args: ['throws'], ready: 'message', grace: 10_000 });
    await child.seen('ready');
    expect(exits(await child.stop())[0]).toMatchObject({ code: 1, expected: true });
    expect(child.output('stderr')).toMatch(/^onStopping handler: Error: cannot\n/);
  });

  it.each(['message first', 'signal first'])('runs its handlers once for message and signal: %s', async (order) => {
    const child = watch({ script: graceful, ready: 'message', grace: 10_000 });
    await child.seen('ready');
    if (order === 'signal first') child.sendCommand({ type: 'signal', signal: 'SIGTERM' });
    child.sendCommand({ type: 'send', message: { stopping: true } });
    if (order === 'message first') child.sendCommand({ type: 'signal', signal: 'SIGTERM' });
    const events = await child.stop();
    expect(child.output()).toBe('ready\nstopping\nstopped\n');
    expect(exits(events)).toHaveLength(1);
  });

  it.each(['message', 'signal'])('calls its own SIGTERM handler too, and leaves the exit to it: by %s', async (by) => {
    const child = watch({ script: graceful, args: ['own'], ready: 'message', grace: 10_000, restartAt: [] });
    await child.seen('ready');
    if (by === 'signal') child.sendCommand({ type: 'signal', signal: 'SIGTERM' });
    const events = by === 'signal' ? await child.ended() : await child.stop();
    expect(exits(events)[0]).toMatchObject({ code: 5, expected: by === 'message' });
    expect(child.output()).toContain('own handler\n');
  });

  it('is restarted with a clean slate', async () => {
    const child = watch({ script: graceful, ready: 'message', grace: 10_000 });
    await child.seen('ready');
    child.sendCommand({ type: 'restart' });
    await child.seen('ready', ({ attempt }) => attempt === 2);
    const events = await child.stop();
    expect(typesOf(events)).toEqual([
      ...['spawned', 'ready', 'stopping restart', 'exited'],
      ...['spawned', 'ready', 'stopping stop', 'exited'],
    ]);
  });
});

describe('another child', () => {
  it('with IPC gets the message and the signal', async () => {
    const child = watch({ script: fixture('stubborn.mjs'), grace: 300 });
    await child.said(/^ready$/);
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: null, signal: 'SIGKILL', expected: true });
    expect(child.output().split('\n').sort()).toEqual(['', 'SIGTERM', 'ready', '{"stopping":true}']);
  });

  it('ends by the signal within the grace, and is not killed', async () => {
    const child = watch({ script: fixture('stranger.mjs'), grace: 10_000 });
    await child.said(/^ready$/);
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: null, signal: 'SIGTERM', expected: true });
  });

  it('gets the stopSignal of its spec', async () => {
    const args = ['-c', 'trap "echo bye; exit 3" INT; echo ready; while :; do sleep 0.01; done'];
    const child = watch({ command: 'bash', args, stopSignal: 'SIGINT', grace: 10_000 });
    await child.said(/^ready$/);
    expect(exits(await child.stop())[0]).toMatchObject({ code: 3, expected: true });
    expect(child.output()).toBe('ready\nbye\n');
  });

  it('is killed at once when the stop brings a grace of 0', async () => {
    const child = watch({ script: fixture('stubborn.mjs'), grace: 600_000 });
    await child.said(/^ready$/);
    expect(typesOf(await child.stop(0))).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
  });

  it('that hung up is stopped by the signal, and cannot be spoken to', async () => {
    const child = watch({ script: fixture('hangUp.mjs'), grace: 10_000 });
    await child.said(/^ready$/);
    // The manager learns of it an instant after it reads the line.
    await eventually(() => {
      child.sendCommand({ type: 'send', message: 1 });
      expect(child.events.at(-1)).toMatchObject({ type: 'refused', command: 'send', reason: 'it has no IPC channel' });
    });
    expect(exits(await child.stop())[0]).toMatchObject({ signal: 'SIGTERM', expected: true });
  });

  it('that dies while it is spoken to takes nobody along', async () => {
    const child = watch({ script: fixture('dier.mjs'), restartAt: [] });
    await child.said(/^ready$/);
    for (let n = 0; n < 300; n += 1) child.sendCommand({ type: 'send', message: 'x'.repeat(10_000) });
    expect(exits(await child.ended())[0]).toMatchObject({ signal: 'SIGKILL', expected: false });
  });

  it('refuses a message that cannot be encoded', async () => {
    const child = watch({ script: fixture('stranger.mjs') });
    await child.said(/^ready$/);
    child.sendCommand({ type: 'send', message: { n: 1n } });
    const { command, reason } = await child.seen('refused');
    expect(`${command}: ${reason}`).toMatch(/^send: .*BigInt/);
    await child.stop();
  });

  it('gets signals, together with all of its group', async () => {
    const loop = (name: string): string =>
      `trap "echo ${name} trapped" USR1; echo ${name} up; while :; do sleep 0.01; done`;
    const child = watch({ command: 'bash', args: ['-c', `(${loop('inner')}) & ${loop('outer')}`] });
    await Promise.all([child.said(/^inner up$/), child.said(/^outer up$/)]);
    child.sendCommand({ type: 'signal', signal: 'SIGUSR1' });
    await Promise.all([child.said(/^inner trapped$/), child.said(/^outer trapped$/)]);
    await child.stop();
  });
});

describe('the group', () => {
  it('with three levels of processes that ignore SIGTERM is killed completely', async () => {
    const child = watch({ script: fixture('levels.sh'), args: ['3'], grace: 100 });
    const { pid } = await child.seen('spawned');
    await child.said(/^ready$/);
    expect(groupAlive(pid)).toBe(true);
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
    expect(groupAlive(pid)).toBe(false);
  });

  it('with a grandchild that holds the pipe and ignores the signal does not hang the stop', async () => {
    const child = watch({ script: fixture('holder.sh'), grace: 100 });
    const [, held] = await child.said(/^held by (\d+)$/);
    expect(runs(Number(held))).toBe(true);
    const events = await child.stop();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
    // The leader ended by the signal: that is its reported end, though the rest had to be killed.
    expect(exits(events)[0]).toMatchObject({ signal: 'SIGTERM', expected: true });
    expect(runs(Number(held))).toBe(false);
  });

  it('left behind by a crash is emptied before the restart', async () => {
    const child = watch({
      script: fixture('holder.sh'),
      args: ['3'],
      grace: 100,
      restartAt: [1, 1],
      limit: { max: 1, within: 60_000 },
    });
    const [, held] = await child.said(/^held by (\d+)$/);
    await child.seen('backingOff');
    expect(runs(Number(held))).toBe(false);
    const events = await child.ended();
    const run = ['spawned', 'ready', 'stopping leftover', 'killed', 'exited'];
    expect(typesOf(events)).toEqual([...run, 'backingOff', ...run, 'gaveUp']);
    expect(exits(events)[0]).toMatchObject({ code: 3, signal: null, expected: false });
  });

  it.each(['noisy', 'silent'])(
    'includes all descendants: a process that left it and is %s is stopped, too',
    async (how) => {
      const child = watch({ script: fixture('escaped.sh'), args: [how], grace: 100 });
      const [, escaped] = await child.said(/^escaped (\d+)$/);
      const events = await child.stop();
      expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'killed', 'exited']);
      expect(runs(Number(escaped))).toBe(false);
    },
  );

  it.each(['noisy', 'silent'])('that somebody may leave, who keeps the pipe and is %s, is stopped', async (how) => {
    const child = watch({ script: fixture('escaped.sh'), args: [how], grace: 10_000, allowDetached: true });
    const [, escaped] = await child.said(/^escaped (\d+)$/);
    const { pid } = await child.seen('spawned');
    try {
      if (how === 'noisy') await child.said(/^tick$/);
      const events = await child.stop();
      expect(typesOf(events)).toEqual(['spawned', 'ready', 'stopping stop', 'exited']);
      expect(groupAlive(pid)).toBe(false);
      // A noisy one ends by the pipe that nobody reads any longer.
      if (how === 'silent') expect(runs(Number(escaped))).toBe(true);
    } finally {
      if (runs(Number(escaped))) process.kill(Number(escaped), 'SIGKILL');
    }
  });

  it('of a zombie alone is empty, whatever the kernel says', async () => {
    const child = watch({ script: fixture('zombie.py') });
    const [pgid] = await child.said(/^\d+$/);
    expect(() => process.kill(-Number(pgid), 0)).not.toThrow();
    expect(groupAlive(Number(pgid))).toBe(false);
    await child.stop();
  });
});

it('a port is free when the run after a restart begins', async () => {
  const port = await freePort();
  const node = `${process.execPath} ${fixture('server.mjs')} ${port}`;
  // The shell ends at once by the signal; the server, its child, takes longer.
  const child = watch({ command: 'bash', args: ['-c', `${node} & wait`], grace: 10_000, restartAt: [] });
  for (const attempt of [1, 2, 3]) {
    await child.seen('output', (event) => event.attempt === attempt && event.text === 'listening\n');
    child.sendCommand({ type: 'restart' });
  }
  await child.seen('output', (event) => event.attempt === 4);
  expect(typesOf(await child.stop()).filter((type) => type === 'exited')).toHaveLength(4);
  expect(child.output('stderr')).toBe('');
});

it('an unsubscription stops in the background, and the log is whole', async () => {
  const log = join(folder(), 'graceful.log');
  const child = watch({ script: graceful, ready: 'message', log, grace: 10_000 });
  const { pid } = await child.seen('spawned');
  await child.seen('ready');
  child.unsubscribe();
  await eventually(() => {
    expect(read(log)).toBe('ready\nstopping\nstopped\n');
    expect(runs(pid)).toBe(false);
  });
});

/** A port nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
