import fc from 'fast-check';
import { lastValueFrom, Subject, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type ChildEvent, RxvisorError } from '../../src/index.js';
import { channel, ChannelClosed } from '../../src/session/index.js';
import { virtually } from '../operators/virtually.js';
import { pair } from './rpc/pair.js';

const never = async (): Promise<never> => new Promise(() => undefined);

describe('channel', () => {
  it('calls handlers of the other side, in both directions', async () => {
    const { manager, spawn } = pair();
    const child = spawn();
    child.handle('add', (numbers) => (numbers as number[]).reduce((a, b) => a + b));
    manager.handle('upper', async (text) => String(text).toUpperCase());
    expect(await manager.call('add', [1, 2, 3])).toBe(6);
    expect(await child.call('upper', 'hello')).toBe('HELLO');
    manager.destroy();
  });

  it('several handlers give several results, of which call takes the first', async () => {
    const { manager, spawn } = pair();
    const child = spawn();
    const slow = async () => new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve('slow'))));
    child.handle('who', slow);
    const back = child.handle('who', () => 'quick');
    expect(await manager.call('who')).toBe('slow');
    expect(await manager.callAll('who')).toEqual(['slow', 'quick']);
    expect(await lastValueFrom(manager.call$('who').pipe(toArray()))).toEqual(['quick', 'slow']);
    back();
    back();
    expect(await manager.callAll('who')).toEqual(['slow']);
    manager.destroy();
  });

  it('errors cross with name, message, stack, code and cause', async () => {
    const { manager, spawn } = pair();
    const child = spawn();
    const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER' });
    const thrown = new TypeError('outer', { cause });
    child.handle('fail', async () => Promise.reject(thrown));
    child.handle('odd', () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as others do
      throw { odd: 1 };
    });
    const error = await manager.call('fail').then(never, (error: unknown) => error as Error);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TypeError', message: 'outer', stack: thrown.stack });
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'inner', code: 'E_INNER', stack: cause.stack });
    expect(String(error)).toBe('TypeError: outer');
    await expect(manager.call('odd')).rejects.toThrow('{"odd":1}');
    await expect(manager.callAll('odd')).rejects.toThrow('{"odd":1}');
    await expect(lastValueFrom(manager.call$('odd'))).rejects.toThrow('{"odd":1}');
    manager.destroy();
  });

  it('says that there is no such handler, and what cannot be sent either way', async () => {
    const { manager, spawn } = pair();
    const child = spawn();
    child.handle('big', () => 1n);
    await expect(manager.call('nothing')).rejects.toMatchObject({
      code: 'ERR_NO_HANDLER',
      message: "call 'nothing': the other side has no handler of that name. handle() one there before it is called.",
    });
    const unsent = (part: string) => ({
      code: 'ERR_PAYLOAD',
      message: `call 'big': the ${part} cannot be sent: Do not know how to serialize a BigInt. Give what the child's serialization can encode: JSON by default.`,
    });
    await expect(manager.call('big', 1n)).rejects.toMatchObject(unsent('argument'));
    await expect(child.call('big', 1n)).rejects.toMatchObject(unsent('argument'));
    await expect(manager.call('big')).rejects.toMatchObject(unsent('result'));
    manager.destroy();
  });

  it('rejects what is pending when the other side goes, on both sides, and can call the next run', async () => {
    const { manager, spawn, die } = pair();
    const child = spawn();
    child.handle('hang', never);
    manager.handle('hang', never);
    const calls = [manager.call('hang'), manager.callAll('hang'), child.call('hang')];
    const settled = Promise.allSettled(calls);
    die();
    const reasons = (await settled).map((result) =>
      result.status === 'rejected' ? (result.reason as unknown) : result.value,
    );
    expect(reasons).toEqual([expect.any(ChannelClosed), expect.any(ChannelClosed), expect.any(ChannelClosed)]);
    expect(String(reasons[0])).toBe("ChannelClosed: call 'hang': the other side has gone.");
    await expect(manager.call('hang')).rejects.toThrow("call 'hang': it is not running.");
    await expect(child.call('hang')).rejects.toThrow(ChannelClosed);
    const next = spawn();
    next.handle('hang', () => 'not any more');
    expect(await manager.call('hang')).toBe('not any more');
    manager.destroy();
  });

  it('destroy settles all calls, and answers no more', async () => {
    const { manager, spawn, event$ } = pair();
    const child = spawn();
    child.handle('hang', never);
    manager.handle('a', () => 1);
    const pending = manager.call('hang');
    manager.destroy();
    manager.destroy();
    await expect(pending).rejects.toThrow("call 'hang': the channel was destroyed.");
    await expect(manager.call('hang')).rejects.toThrow(ChannelClosed);
    expect(event$.observed).toBe(false);
    child.destroy();
  });

  it('is closed for good when no run will follow', async () => {
    const { manager, spawn, event$ } = pair();
    spawn().handle('hang', never);
    const pending = manager.call('hang');
    event$.complete();
    await expect(pending).rejects.toThrow("call 'hang': the other side has gone for good.");
  });

  it('lets go of a call that nobody waits for, and holds a child only while it has something to wait for', async () => {
    const { manager, spawn, held } = pair();
    const child = spawn();
    expect(held()).toBe(false);
    const back = child.handle('hang', never);
    expect(held()).toBe(true);
    back();
    expect(held()).toBe(false);
    manager.handle('now', () => 1);
    const call = child.call('now');
    expect(held()).toBe(true);
    await call;
    expect(held()).toBe(false);
    const seen: unknown[] = [];
    const subscription = manager.call$('hang').subscribe({ next: (value) => seen.push(value), error: seen.push });
    subscription.unsubscribe();
    await Promise.resolve();
    expect(seen).toEqual([]);
    manager.destroy();
    child.destroy();
  });

  it('takes what is no frame of its own for nothing', async () => {
    const { manager, spawn, event$ } = pair();
    const child = spawn();
    child.handle('hang', never);
    const pending = manager.call('hang');
    await Promise.resolve();
    const frames = [
      null,
      1,
      {},
      { type: 'call' },
      { type: 'result', id: '1' },
      { type: 'result', id: '1', index: 1, of: 1 },
    ];
    const strange = [
      ...frames,
      { type: 'none', id: 'other' },
      { type: 'error', id: 'other' },
      { type: 'error', id: 'other', error: {} },
      { type: 'other', id: 'x' },
      { type: 'call', id: 'x', name: 1 },
    ];
    for (const message of [null, 'text', {}, { rxvisor: 'ipc' }, { rxvisor: 'ipc', channel: 'else', frame: {} }])
      event$.next({ type: 'message', message, attempt: 1 });
    for (const frame of strange)
      event$.next({ type: 'message', message: { rxvisor: 'ipc', channel: 'main', frame }, attempt: 1 });
    manager.destroy();
    await expect(pending).rejects.toThrow(ChannelClosed);
  });

  it('an answer that says of no error which it is is an error all the same', async () => {
    const event$ = new Subject<ChildEvent>();
    const sent: { frame: { id: string } }[] = [];
    const ipc = channel({ event$, send: (message) => sent.push(message as { frame: { id: string } }) });
    const pending = ipc.call('x');
    await Promise.resolve();
    const frame = { type: 'error', id: sent[0]?.frame.id, error: {} };
    event$.next({ type: 'message', message: { rxvisor: 'ipc', channel: 'main', frame }, attempt: 1 });
    await expect(pending).rejects.toThrow('The other side reported an error that cannot be read.');
    ipc.destroy();
  });

  it('waits for its timeout, no longer, and by its scheduler', () => {
    virtually(({ clock, expectObservable }) => {
      const ipc = channel({ event$: new Subject<ChildEvent>(), send: () => undefined }, { scheduler: clock });
      const message = "call 'slow': no answer in 5 ms. Give it more time: { timeout }, in ms.";
      expectObservable(ipc.call$('slow', undefined, { timeout: 5 })).toBe(
        '-----#',
        undefined,
        new RxvisorError('ERR_TIMEOUT', message),
      );
    });
  });

  it.each([-1, NaN, 2 ** 31])('refuses a timeout of %s', async (timeout) => {
    const { manager } = pair();
    await expect(manager.call('x', undefined, { timeout })).rejects.toMatchObject({
      code: 'ERR_OPTION',
      message: expect.stringContaining(`timeout: ${timeout} is not a delay. Give milliseconds`) as string,
    });
    manager.destroy();
  });

  it('arms no timer for one that may take for ever, and leaves none behind', async () => {
    vi.useFakeTimers();
    const { manager, spawn } = pair();
    const child = spawn();
    child.handle('now', () => 1);
    await manager.call('now');
    const pending = manager.call('hang', undefined, { timeout: Infinity });
    expect(vi.getTimerCount()).toBe(0);
    manager.destroy();
    await expect(pending).rejects.toThrow(ChannelClosed);
    vi.useRealTimers();
  });

  it('two channels share a child by their names', async () => {
    const event$ = new Subject<ChildEvent>();
    const sent: unknown[] = [];
    const [a, b] = ['a', 'b'].map((name) => channel({ event$, send: (message) => sent.push(message) }, { name }));
    const answers = vi.fn();
    b!.handle('x', answers);
    const message = { rxvisor: 'ipc', channel: 'a', frame: { type: 'call', id: '1', name: 'x' } };
    event$.next({ type: 'message', message, attempt: 1 });
    expect(answers).not.toHaveBeenCalled();
    expect(sent).toEqual([{ rxvisor: 'ipc', channel: 'a', frame: { type: 'none', id: '1' } }]);
    a!.destroy();
    b!.destroy();
  });

  it('under random deaths, in any order: every call settles once, and with what was meant for it', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('call' as const), what: fc.constantFrom('echo', 'fail', 'hang', 'no') }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('callBack' as const),
          what: fc.constantFrom('echo', 'fail', 'hang', 'no'),
        }),
      },
      { weight: 8, arbitrary: fc.record({ do: fc.constant('wait' as const), what: fc.constant('') }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constantFrom('die' as const, 'spawn' as const), what: fc.constant('') }),
      },
    );
    let resolved = 0;
    let closed = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 40 }), async (s, steps) => {
        const { manager, spawn, die } = pair((deliver) => void s.schedule(Promise.resolve()).then(deliver));
        let child: ReturnType<typeof spawn> | undefined;
        let settled = 0;
        const calls: Promise<void>[] = [];
        const handlers = (side: Pick<ReturnType<typeof spawn>, 'handle'>): void => {
          side.handle('echo', (args) => args);
          side.handle('fail', async (args) => Promise.reject(new Error(String(args))));
          side.handle('hang', never);
        };
        const call = (side: Pick<ReturnType<typeof spawn>, 'call'>, what: string): void => {
          const mark = `${what} ${calls.length}`;
          calls.push(
            side.call(what, mark).then(
              (value) => {
                settled += 1;
                resolved += 1;
                expect([what, value]).toEqual(['echo', mark]);
              },
              (error: unknown) => {
                settled += 1;
                if (error instanceof ChannelClosed) closed += 1;
                else if (what === 'no') expect(error).toMatchObject({ code: 'ERR_NO_HANDLER' });
                else expect([what, (error as Error).message]).toEqual(['fail', mark]);
              },
            ),
          );
        };
        handlers(manager);
        child = spawn();
        handlers(child);
        for (const { do: action, what } of steps) {
          if (action === 'call') call(manager, what);
          if (action === 'callBack' && child !== undefined) call(child, what);
          for (let n = 0; action === 'wait' && n < 4 && s.count() > 0; n += 1) await s.waitNext(1);
          if (action === 'die' && child !== undefined) {
            die();
            child = undefined;
          }
          if (action === 'spawn' && child === undefined) {
            child = spawn();
            handlers(child);
          }
          await Promise.resolve();
        }
        await s.waitIdle();
        if (child !== undefined) die();
        manager.destroy();
        await Promise.all(calls);
        expect(settled).toBe(calls.length);
      }),
      { numRuns: 500 },
    );
    // Both were tried.
    expect(resolved).toBeGreaterThan(100);
    expect(closed).toBeGreaterThan(100);
  });
});
