import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { guardian, startGuardian } from '../../src/process/guardian.js';
import { startTimeOf } from '../../src/system/procfs.js';
import { groupAlive } from '../groupAlive.js';

const cookie = `RXVISOR_${Math.random().toString(16).slice(2)}`;
const started: ChildProcess[] = [];

afterEach(() => {
  // The groups, not their leaders alone; what has gone is left alone.
  for (const { pid } of started.splice(0)) if (pid !== undefined && groupAlive(pid)) process.kill(-pid, 'SIGKILL');
});

/** Keeps the shells that a guardian starts. */
function watched() {
  const shells: ChildProcess[] = [];
  const guard = guardian(() => {
    const shell = startGuardian(cookie);
    shells.push(shell);
    started.push(shell);
    return shell;
  });
  return { guard, shells };
}

async function sleeper(
  script = 'echo up; sleep 1000',
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  started.push(child);
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('not started');
  return Object.assign(child, { pid });
}

describe('the guardian', () => {
  it('starts with the first child, once, and says good-bye after the last release', async () => {
    const { guard, shells } = watched();
    guard.ensureStarted();
    guard.ensureStarted();
    expect(shells).toHaveLength(1);
    guard.guard({ pgid: 2 ** 22 + 1, startTime: '1', stopSignal: 'SIGTERM', grace: 50, scope: 'session' });
    guard.release(2 ** 22 + 1);
    const [code] = (await once(shells[0]!, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  it('gets the end of a run together with the beginning of the next, if that comes at once', async () => {
    const shell = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
    started.push(shell);
    const guard = guardian(() => shell);
    const received: string[] = [];
    shell.stdin.write = (line: string) => received.push(line) > 0;
    guard.ensureStarted();
    guard.guard({ pgid: 2 ** 22 + 1, startTime: '1', stopSignal: 'SIGTERM', grace: 50, scope: 'session' });
    guard.release(2 ** 22 + 1);
    guard.guard({ pgid: 2 ** 22 + 2, startTime: '2', stopSignal: 'SIGTERM', grace: 50, scope: 'session' });
    guard.release(2 ** 22 + 2);
    await eventually(() => expect(received).toHaveLength(3));
    expect(received).toEqual(['+4194305:1:15:50:session\n', '-4194305\n+4194306:2:15:50:session\n', '-4194306\n']);
    shell.kill();
    await once(shell, 'exit');
  });

  it('ends the groups it guards when its pipe is closed, and leaves those that were released', async () => {
    const { guard, shells } = watched();
    const [kept, released] = [await sleeper(), await sleeper()];
    guard.ensureStarted();
    for (const { pid } of [kept, released])
      guard.guard({ pgid: pid, startTime: startTimeOf(pid), stopSignal: 'SIGTERM', grace: 50, scope: 'session' });
    guard.release(released.pid);
    await new Promise(setImmediate);
    shells[0]!.stdin!.end();
    await once(shells[0]!, 'exit');
    expect([groupAlive(kept.pid), groupAlive(released.pid)]).toEqual([false, true]);
  });

  it('asks before it kills, and gives the grace', async () => {
    const { guard, shells } = watched();
    const cooperative = await sleeper('trap "sleep 0.1; echo bye; exit" TERM; echo up; while :; do sleep 0.01; done');
    guard.ensureStarted();
    guard.guard({
      pgid: cooperative.pid,
      startTime: startTimeOf(cooperative.pid),
      stopSignal: 'SIGTERM',
      grace: 10_000,
      scope: 'session',
    });
    const bye = once(cooperative.stdout!, 'data');
    shells[0]!.stdin!.end();
    expect(String(await bye)).toBe('bye\n');
    await once(shells[0]!, 'exit');
  });

  it('asks each by its own signal, and gives each its own grace', async () => {
    const { guard, shells } = watched();
    const asked = (signal: string): string =>
      `trap "echo ${signal}; exit" ${signal}; echo up; while :; do sleep 0.01; done`;
    const signals = ['INT', 'QUIT', 'TERM', 'USR2'] as const;
    const children = await Promise.all(signals.map(async (signal) => sleeper(asked(signal))));
    const stubborn = await sleeper('trap "" TERM; echo up; while :; do sleep 0.01; done');
    const said = children.map(async ({ stdout }) => String(await once(stdout!, 'data')));
    guard.ensureStarted();
    children.forEach(({ pid }, index) => {
      guard.guard({
        pgid: pid,
        startTime: startTimeOf(pid),
        stopSignal: `SIG${signals[index]!}`,
        grace: 600_000,
        scope: 'session',
      });
    });
    guard.guard({
      pgid: stubborn.pid,
      startTime: startTimeOf(stubborn.pid),
      stopSignal: 'SIGTERM',
      grace: 100,
      scope: 'session',
    });
    shells[0]!.stdin!.end();
    // Nobody waits for the grace of another.
    await once(shells[0]!, 'exit');
    expect(await Promise.all(said)).toEqual(signals.map((signal) => `${signal}\n`));
    expect(groupAlive(stubborn.pid)).toBe(false);
  });

  it('kills one whose grace is over while another still has time', async () => {
    const { guard, shells } = watched();
    const [stubborn, slow] = await Promise.all([
      sleeper('trap "" TERM; echo up; while :; do sleep 0.01; done'),
      sleeper('trap "" TERM; echo up; while :; do sleep 0.01; done'),
    ]);
    guard.ensureStarted();
    guard.guard({
      pgid: stubborn.pid,
      startTime: startTimeOf(stubborn.pid),
      stopSignal: 'SIGTERM',
      grace: 50,
      scope: 'session',
    });
    guard.guard({
      pgid: slow.pid,
      startTime: startTimeOf(slow.pid),
      stopSignal: 'SIGTERM',
      grace: 600_000,
      scope: 'session',
    });
    shells[0]!.stdin!.end();
    await once(stubborn, 'exit');
    expect(groupAlive(slow.pid)).toBe(true);
    process.kill(-slow.pid, 'SIGKILL');
    await once(shells[0]!, 'exit');
  });

  it('is replaced when it does not read: what waits for it is bounded', async () => {
    const { guard, shells } = watched();
    guard.ensureStarted();
    shells[0]!.kill('SIGSTOP');
    const line = { startTime: '1', stopSignal: 'SIGTERM', grace: 50, scope: 'session' } as const;
    for (let pgid = 2 ** 22 + 1; pgid < 2 ** 22 + 10_000; pgid += 1) {
      guard.guard({ ...line, pgid });
      guard.release(pgid);
      if (pgid % 100 === 0) await new Promise(setImmediate);
    }
    guard.guard({ ...line, pgid: 2 ** 22 + 1 });
    await eventually(() => expect(shells[0]!.signalCode).toBe('SIGKILL'));
    await eventually(() => expect(shells).toHaveLength(2));
    guard.release(2 ** 22 + 1);
    await once(shells[1]!, 'exit');
  });

  it('spares a stranger who bears the number of a group', async () => {
    const { guard, shells } = watched();
    const stranger = await sleeper();
    guard.ensureStarted();
    guard.guard({ pgid: stranger.pid, startTime: '1', stopSignal: 'SIGTERM', grace: 50, scope: 'session' });
    shells[0]!.stdin!.end();
    await once(shells[0]!, 'exit');
    expect(groupAlive(stranger.pid)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('finds those that left their group by the cookie', async () => {
    const { guard, shells } = watched();
    const deserter = await sleeper('echo up; sleep 1000', { [cookie]: '7' });
    guard.ensureStarted();
    shells[0]!.stdin!.end();
    await once(shells[0]!, 'exit');
    expect(groupAlive(deserter.pid)).toBe(false);
  });

  it('is started again when it dies, and knows what it must', async () => {
    const { guard, shells } = watched();
    const child = await sleeper();
    guard.ensureStarted();
    guard.guard({
      pgid: child.pid,
      startTime: startTimeOf(child.pid),
      stopSignal: 'SIGTERM',
      grace: 50,
      scope: 'session',
    });
    shells[0]!.kill('SIGKILL');
    await eventually(() => {
      expect(shells).toHaveLength(2);
    });
    shells[1]!.stdin!.end();
    await once(shells[1]!, 'exit');
    expect(groupAlive(child.pid)).toBe(false);
  });

  it('ignores INT, TERM, HUP and QUIT, and is small', async () => {
    const { guard, shells } = watched();
    guard.ensureStarted();
    const child = await sleeper();
    guard.guard({
      pgid: child.pid,
      startTime: startTimeOf(child.pid),
      stopSignal: 'SIGTERM',
      grace: 50,
      scope: 'session',
    });
    const shell = shells[0]!;
    // Until it has installed its traps, a signal is a signal.
    await eventually(() => {
      expect(ignored(shell.pid!)).toEqual(expect.arrayContaining([1, 2, 3, 15]));
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) shell.kill(signal);
    shell.stdin!.end();
    const [code, signal] = (await once(shell, 'exit')) as [number | null, string | null];
    expect([code, signal]).toEqual([0, null]);
  });
});

/** The numbers of the signals a process ignores: proc_pid_status(5), SigIgn. */
function ignored(pid: number): number[] {
  const [, mask = '0'] = /SigIgn:\s*(\w+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1')) ?? [];
  return [1, 2, 3, 15].filter((number) => (BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n);
}
