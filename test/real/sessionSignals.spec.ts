import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { freePort } from '../freePort.js';
import { fixture, folder, read } from './bench.js';
import { hasPython } from './commands.js';

afterEach(expectNothingLeft);

interface Monitor extends Program {
  readonly notes: () => string;
}

/** A session in a process of its own, with its worker up; on a terminal, if that is said. */
async function monitor(mode: string, env: NodeJS.ProcessEnv = {}, terminal: readonly string[] = []): Promise<Monitor> {
  const notes = join(folder(), 'notes');
  const [command, ...args] = [...terminal, process.execPath, fixture('session-monitor.mjs'), notes, mode];
  const run = start(command, args, { PORT: String(await freePort()), ...env });
  await run.says(/web: listening/);
  return { ...run, notes: () => read(notes) };
}

describe('a session, at a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it gracefully, and then its process', async (signal) => {
    const run = await monitor('well');
    run.process.kill(signal);
    expect(await run.ended).toEqual({ code: null, signal });
    expect(run.notes()).toBe('exit sessionEnd\n');
    expect(run.stdout()).toMatch(/^monitor: exit sessionEnd\n(.*\n)*web: the session has ended: stopped\n/m);
    expect(run.stdout()).toMatch(/^monitor: ended, stopped$/m);
    expect(run.left()).toEqual([]);
  });

  it('who waits for its end may exit as it likes', async () => {
    const run = await monitor('well', { EXIT: '7' });
    run.process.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: 7, signal: null });
    expect(run.notes()).toBe('exit sessionEnd\n');
    expect(run.left()).toEqual([]);
  });

  it('that comes again, it is killed at once, its worker too', async () => {
    const run = await monitor('hangOnExit');
    run.process.kill('SIGINT');
    await vi.waitFor(() => expect(run.notes()).toBe('exit sessionEnd\n'), 5_000);
    // A repeat within 300 ms is the same press.
    await vi.waitFor(
      () => {
        run.process.kill('SIGINT');
        expect(run.process.signalCode).toBe('SIGINT');
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(run.left()).toEqual([]);
  });

  it.runIf(hasPython)('Ctrl-C on its terminal is the same', async () => {
    const terminal = ['python3', 'test/fixtures/cli-pty.py', '100', '30'];
    const run = await monitor('well', {}, terminal);
    run.process.stdin?.write('\u0003');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(run.notes()).toBe('exit sessionEnd\n');
    expect(run.stdout()).toContain('monitor: ended, stopped');
    expect(run.left()).toEqual([]);
  });
});
