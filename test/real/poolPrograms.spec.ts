import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';

afterEach(expectNothingLeft);

const program = (name: string): Program => start(process.execPath, [`test/fixtures/pool/${name}.mjs`]);

describe('programs with a pool', () => {
  it('the example of load-process-manager: the program handles SIGINT, and open requests finish first', async () => {
    const run = program('seed');
    await run.says(/^(Received a new request with payload: \{ Hello: 'World' \}\n){10}/m);
    run.process.kill('SIGINT');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines).toEqual([
      'All workers are online',
      ...Array<string>(10).fill("Enqueing a new request with payload { Hello: 'World' }"),
      ...Array<string>(10).fill("Received a new request with payload: { Hello: 'World' }"),
      'SIGINT received through supervisor',
      ...Array<string>(10).fill("Answer received from worker: { dummy: 'world' }"),
      'soft kill done promised',
    ]);
    expect(run.left()).toEqual([]);
  });

  it('without a SIGINT handler: the signal stops the pool hard, and ends the program', async () => {
    const run = program('hangs');
    await run.says(/^online$/m);
    run.process.kill('SIGINT');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(run.stdout()).toBe('online\nERR_STOPPED\nstopped hard\nstopped hard\n');
    expect(run.left()).toEqual([]);
  });

  it('a stream of 1 GiB goes through a worker and back in less than 64 MiB', async () => {
    const run = program('gigabyte');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    const { bytes, growth } = JSON.parse(run.stdout()) as { bytes: number; growth: number };
    expect(bytes).toBe(2 ** 30);
    expect(growth).toBeLessThan(64 * 2 ** 20);
  }, 60_000);
});
