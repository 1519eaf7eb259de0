import fc from 'fast-check';
import { filter, firstValueFrom } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { channel, type Channel } from '../../src/session/index.js';
import { supervise } from '../../src/index.js';
import { fixture, watch } from './bench.js';

/** What is called, and the outcomes it may have, beside that the channel was closed. */
const calls: Readonly<Record<string, (value: number) => string>> = {
  echo: (value) => `${value}`,
  later: (value) => `${value}`,
  twice: (value) => `${value},${value}`,
  fail: (value) => `RangeError failed ${value}`,
  hang: () => 'never',
  back: (value) => `${value * 2}`,
  none: () => 'ERR_NO_HANDLER',
};
const deaths = ['exit', 'kill', 'disconnect', 'SIGKILL', 'restart', 'stop'] as const;

type Step = { readonly call: string } | { readonly death: (typeof deaths)[number] } | { readonly wait: 'up' | 'quiet' };

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(calls)).map((call): Step => ({ call })) },
  { weight: 2, arbitrary: fc.constantFrom(...deaths).map((death): Step => ({ death })) },
  { weight: 3, arbitrary: fc.constantFrom('up' as const, 'quiet' as const).map((wait): Step => ({ wait })) },
);

/** Calls, and writes down how each ends: more than one end would show. */
function call(ipc: Channel, name: string, value: number, ends: string[][], index: number): Promise<void> {
  const end: string[] = (ends[index] = []);
  const values: unknown[] = [];
  return new Promise((resolve) => {
    ipc.call$(name, value, { timeout: 20_000 }).subscribe({
      next: (given) => values.push(given),
      error: (error: unknown) => {
        end.push(wordsOf(error));
        resolve();
      },
      complete: () => {
        end.push(values.join());
        resolve();
      },
    });
  });
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ChannelClosed') return 'closed';
  return 'code' in error ? String(error.code) : `${error.name} ${error.message}`;
}

it('whatever dies when, every call comes to one end, and that is its own', async () => {
  const supervisor = supervise([], { signals: false });
  onTestFinished(async () => supervisor[Symbol.asyncDispose]());
  let rounds = 0;
  const died = new Set<string>();
  const outcomes = new Set<string>();

  const play = async (steps: readonly Step[]): Promise<void> => {
    rounds += 1;
    const spec = { name: `round ${rounds}`, script: fixture('channel-peer.mjs'), ready: 'message', restartAt: [0.1] };
    const { id, event$, status$ } = supervisor.start({ ...spec, ready: 'message', restartOn: 'exit' });
    const ipc = channel({ event$, send: (message) => void supervisor.send(id, message) });
    ipc.handle('double', (value) => Number(value) * 2);
    const up = async (): Promise<unknown> =>
      firstValueFrom(status$.pipe(filter(({ state }) => state === 'online' || state === 'stopped')));
    // All that will be answered has been.
    const quiet = async (): Promise<unknown> =>
      Promise.all(made.filter(({ name }) => name !== 'hang').map(async ({ settled }) => settled));
    const ends: string[][] = [];
    const made: { readonly name: string; readonly value: number; readonly settled: Promise<void> }[] = [];
    for (const one of steps) {
      if ('wait' in one) await (one.wait === 'up' ? up() : quiet());
      else if ('call' in one) {
        const value = made.length + rounds * 1_000;
        made.push({ name: one.call, value, settled: call(ipc, one.call, value, ends, made.length) });
      } else {
        died.add(one.death);
        die(one.death);
      }
    }
    // A call that hangs is ended by the last death.
    await supervisor.remove(id);
    await Promise.all(made.map(async ({ settled }) => settled));
    made.forEach(({ name, value }, index) => {
      const [outcome, ...others] = ends[index] ?? [];
      expect(others).toEqual([]);
      expect(['closed', calls[name]!(value)], `${name} ${value}`).toContain(outcome);
      outcomes.add(`${name} ${outcome === 'closed' ? 'closed' : 'answered'}`);
    });

    function die(how: (typeof deaths)[number]): void {
      if (how === 'SIGKILL') supervisor.signal(id, how);
      else if (how === 'restart') void supervisor.restart(id);
      else if (how === 'stop') void supervisor.stop(id, { grace: 0 }).then(async () => supervisor.restart(id));
      else ipc.call(how).catch(() => undefined);
    }
  };
  const property = fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), play);
  await fc.assert(property, { numRuns: 60, endOnFailure: true });

  // The test has been what it says: all have died in all ways, and all calls that can have come to both ends.
  expect([...died].toSorted()).toEqual([...deaths].toSorted());
  for (const name of Object.keys(calls)) expect([...outcomes]).toContain(`${name} closed`);
  for (const name of Object.keys(calls).filter((name) => name !== 'hang'))
    expect([...outcomes]).toContain(`${name} answered`);
}, 60_000);

it('in the child, too: when the manager hangs up, all its calls come to their ends', async () => {
  const child = watch({ script: fixture('channel-peer.mjs'), ready: 'message' });
  await child.seen('ready');
  const message = (name: string, args?: unknown) => ({
    rxvisor: 'ipc',
    channel: 'main',
    frame: { type: 'call', id: name, name, args },
  });
  // Nobody answers it here; then there is nobody any more.
  child.sendCommand({ type: 'send', message: message('callAll', 50) });
  child.sendCommand({ type: 'send', message: message('disconnect') });
  await child.said(/^settled 50$/);
});
