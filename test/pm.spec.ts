import { afterEach, describe, expect, it } from 'vitest';
import type { Child, ChildSpec, Target } from '../src/index.js';
import * as pm from '../src/pm.js';

// The one supervisor of this face acts upon the real world: so do these tests.
const sleeper = (name?: string): ChildSpec => ({ command: 'sleep', args: ['60'], ...(name !== undefined && { name }) });
const signals = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'];
const listeners = (): number[] => signals.map((event) => process.listenerCount(event));
const before = listeners();

afterEach(async () => {
  await pm.stopall();
  expect(listeners()).toEqual(before);
});

/** What a callback was called with, each time. */
function calls(): { readonly seen: unknown[][]; readonly callback: pm.Callback } {
  const seen: unknown[][] = [];
  return { seen, callback: (...args) => seen.push(args) };
}

/** Waits for a child to be ready; gives its pid. */
async function ready(child: Child): Promise<number | undefined> {
  return new Promise((resolve) => child.status$.subscribe(({ state, pid }) => state === 'online' && resolve(pid)));
}

describe('rxvisor/pm', () => {
  it("has exactly the functions of elife's pm", () => {
    expect(Object.keys(pm).sort()).toEqual(['onstopping', 'restart', 'start', 'stop', 'stopall']);
  });

  it('touches nothing before its first child', () => {
    expect(listeners()).toEqual(before);
  });

  it('starts, restarts, stops, and starts again', async () => {
    const child = pm.start(sleeper('a'));
    const pid = await ready(child);
    expect(pid).toBeGreaterThan(0);
    const [restarted] = await pm.restart('a');
    expect(restarted).toMatchObject({ id: child.id, name: 'a', state: 'online', attempt: 2 });
    expect(restarted?.pid).not.toBe(pid);
    expect(await pm.stop('a')).toMatchObject([{ id: child.id, state: 'stopped' }]);
    expect(await pm.restart('a')).toMatchObject([{ id: child.id, state: 'online' }]);
    expect(await pm.stopall()).toContainEqual(expect.objectContaining({ id: child.id, state: 'stopped' }));
  });

  it('a name reaches all children of that name; a child without a name is reached only by id', async () => {
    const twins = [pm.start(sleeper('twin')), pm.start(sleeper('twin'))];
    const unnamed = pm.start(sleeper());
    await Promise.all([...twins, unnamed].map(ready));
    expect((await pm.stop('twin')).map(({ id }) => id)).toEqual(twins.map(({ id }) => id));
    expect(await pm.stop('nobody')).toEqual([]);
    expect(await pm.stop(({ id }) => id === unnamed.id)).toMatchObject([{ state: 'stopped' }]);
  });

  it('calls the callback once after success, with no error', async () => {
    const { seen, callback } = calls();
    const child = pm.start(sleeper('a'), callback);
    expect(seen).toEqual([[]]);
    expect(child?.name).toBe('a');
    await pm.restart('a', callback);
    await pm.stop('a', callback);
    await pm.stopall(callback);
    expect(seen).toEqual([[], [], [], []]);
  });

  it('gives an error to the callback only', async () => {
    const { seen, callback } = calls();
    expect(pm.start({ name: 'a', restartat: [] } as ChildSpec, callback)).toBeUndefined();
    expect(await pm.stop(undefined as unknown as Target, callback)).toEqual([]);
    expect(await pm.restart(null as unknown as Target, callback)).toEqual([]);
    expect(seen).toMatchObject([[{ code: 'ERR_SPEC' }], [{ code: 'ERR_TARGET' }], [{ code: 'ERR_TARGET' }]]);
  });

  it('throws, or rejects, without one', async () => {
    expect(() => pm.start({ name: 'a', restartat: [] } as ChildSpec)).toThrow(/restartAt/);
    await expect(pm.stop(undefined as unknown as Target)).rejects.toMatchObject({ code: 'ERR_TARGET' });
    await expect(pm.restart({} as unknown as Target)).rejects.toMatchObject({ code: 'ERR_TARGET' });
  });

  it('calls onstopping handlers before it stops the children, unless they were removed', async () => {
    const child = pm.start(sleeper('a'));
    await ready(child);
    const seen: string[] = [];
    child.event$.subscribe(({ type }) => seen.push(type));
    const takeBack = pm.onstopping(() => seen.push('never'));
    const takeBackToo = pm.onstopping(async () => {
      await Promise.resolve();
      seen.push('onstopping');
    });
    takeBack();
    await pm.stopall();
    takeBackToo();
    expect(seen).toEqual(['onstopping', 'stopping', 'exited']);
  });
});
