import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ChildSpec, supervise } from 'rxvisor';
import { eventually } from '../eventually.js';
import { folder, read } from '../real/bench.js';

/** 5 MB, from a program that then ends by itself or waits. */
const LINES = 50_000;
const flood = (then: string): ChildSpec => ({
  command: 'sh',
  args: ['-c', `yes ${'x'.repeat(99)} | head -n ${String(LINES)}; ${then}`],
  output: false,
  restartAt: [],
  // However slow the disk of this machine is.
  grace: 10_000,
});

describe('a status of stopped or failed means that the log is complete', () => {
  it.each([
    ['stopped', 'exit 0'],
    ['failed', 'exit 1'],
  ] as const)('%s, after 5 MB and %s', async (state, then) => {
    const log = join(folder(), 'flood.log');
    await using supervisor = supervise([{ ...flood(then), log }]);
    const sizes: number[] = [];
    supervisor.status$.subscribe(([status]) => {
      if (status?.state === 'stopped' || status?.state === 'failed') sizes.push(statSync(log).size);
    });
    await firstValueFrom(supervisor.status$.pipe(filter(([status]) => status?.state === state)));
    expect(sizes).toEqual([LINES * 100]);
  });

  it('of one that is stopped in the midst of it, too: nothing comes later', async () => {
    const log = join(folder(), 'flood.log');
    await using supervisor = supervise([{ ...flood('exec yes'), log }]);
    await eventually(() => {
      expect(statSync(log).size).toBeGreaterThan(5_000_000);
    });
    let size = NaN;
    supervisor.status$.subscribe(([status]) => {
      if (status?.state === 'stopped') ({ size } = statSync(log));
    });
    await supervisor.stop(1);
    const last = read(log);
    expect(last.endsWith('\n')).toBe(true);
    expect(last).toHaveLength(size);
  });

  it('is never seen in a restart', async () => {
    const log = join(folder(), 'flood.log');
    await using supervisor = supervise([{ ...flood('sleep 60'), log }]);
    const states: unknown[] = [];
    supervisor.status$.subscribe(([status]) => states.push(status?.state));
    for (let restart = 0; restart < 3; restart += 1) {
      expect(await supervisor.restart(1)).toMatchObject([{ state: 'online' }]);
    }
    expect(new Set(states)).toEqual(new Set(['starting', 'online', 'stopping']));
  });
});

it('a log that hangs, here the stdout of a manager that nobody reads, holds up no stop: logFailed says so', async () => {
  const program = `
    import { supervise } from 'rxvisor';
    const supervisor = supervise([{ command: 'yes', log: '/dev/stdout', grace: 300 }]);
    const seen = [];
    let received = 0;
    supervisor.event$.subscribe((event) => {
      if (event.type === 'logFailed') seen.push(event.code);
      const before = received;
      if (event.type === 'output') received += event.text.length;
      // Its pipe is not read from here on.
      if (before < 1048576 && received >= 1048576) process.send('full');
    });
    supervisor.status$.subscribe(([{ state }]) => state === 'stopped' && seen.push(state));
    process.once('message', async () => {
      await supervisor.stop(1);
      process.send(seen);
    });
  `;
  const manager = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void manager.kill('SIGKILL'));
  await once(manager, 'message');
  manager.send('stop');
  const [seen] = (await once(manager, 'message')) as [unknown];
  expect(seen).toEqual(['ETIMEDOUT', 'stopped']);
  const ended = once(manager, 'exit');
  manager.disconnect();
  await Promise.all([text(manager.stdout!), ended]);
});
