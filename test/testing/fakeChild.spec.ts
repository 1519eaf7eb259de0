import { resolve } from 'node:path';
import { concatMap, firstValueFrom, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Act, child$, type ChildEvent, managed$, RxvisorError, supervise, toConsole } from '../../src/index.js';
import { type FakeAction, fakeChild, type FakeRunSpec, lifecycle } from '../../src/testing/index.js';

/** The events of one run of a command without IPC. */
function eventsOf(plays: FakeRunSpec, values: Record<string, FakeAction> = {}): ChildEvent[] {
  const events: ChildEvent[] = [];
  lifecycle(({ fake }) => {
    child$({ command: 'app' }, { effects: fake([plays], { values }) }).subscribe((event) => events.push(event));
  });
  return events;
}

describe('fakeChild', () => {
  it.each<[string, FakeAction | undefined, object]>([
    ['x', undefined, { type: 'exited', code: 1, signal: null, uptime: 1_000, expected: false }],
    ['z', undefined, { type: 'exited', code: 0, signal: null }],
    ['y', undefined, { type: 'exited', code: null, signal: 'SIGKILL' }],
    ['x', 137, { type: 'exited', code: 137 }],
    ['e', { type: 'exited' }, { type: 'exited', code: 1, signal: null }],
    ['e', { type: 'exited', code: 3 }, { type: 'exited', code: 3, signal: null }],
    ['e', { type: 'exited', signal: 'SIGSEGV' }, { type: 'exited', code: null, signal: 'SIGSEGV' }],
    ['o', undefined, { type: 'output', stream: 'stdout', text: 'output\n' }],
    ['o', 'one\ntwo', { type: 'output', text: 'one\ntwo\n' }],
    ['w', { type: 'output', stream: 'stderr', text: 'oh\n' }, { type: 'output', stream: 'stderr', text: 'oh\n' }],
    ['w', { type: 'output', text: 'ah' }, { type: 'output', stream: 'stdout', text: 'ah\n' }],
  ])('plays %s, with the value %o', (sign, value, event) => {
    const events = eventsOf(`s 999ms ${sign}`, value === undefined ? {} : { [sign]: value });
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['spawned', 'ready']);
    expect(events[2]).toMatchObject(event);
  });

  it.each<[FakeAction | undefined, object]>([
    [undefined, { type: 'spawnFailed', code: 'ENOENT', message: 'spawn ENOENT' }],
    [
      { type: 'spawnFailed', code: 'EMFILE' },
      { type: 'spawnFailed', code: 'EMFILE', message: 'spawn EMFILE' },
    ],
  ])('cannot be started, with the value %o', (value, event) => {
    expect(eventsOf('10ms f', value === undefined ? {} : { f: value })).toEqual([expect.objectContaining(event)]);
  });

  it('sends messages, and says that it is ready, to a manager that it has a channel to', () => {
    lifecycle(({ fake, managed, expectLifecycle }) => {
      const values: Record<string, FakeAction> = { l: { type: 'message', message: { load: 1 } } };
      expectLifecycle(managed(fake(['s m 1s r l'], { values }))).toBe('s m 1s r m 29m 58s 996ms t');
      expectLifecycle(managed(fake(['s m 1s r']), { command: 'app' })).toBe('(sr) 29m 59s 996ms t');
    });
  });

  it('plays the next diagram at each spawn, and repeats the last one', () => {
    lifecycle(({ fake, managed, expectLifecycle, expectSubscriptions }) => {
      const child = fake(['f', 's 1s x', 's 2s z']);
      expectLifecycle(managed(child, { restartAt: [100], restartOn: 'exit' })).toBe(
        '(fb) 96ms (sr) 997ms (xb) 96ms (sr) 1997ms (zb) 96ms (sr) 1997ms (zb) ...',
      );
      expectSubscriptions(child.spawns).toBe(['(^!)', '100ms ^ 1s !', '1201ms ^ 2s !', '3302ms ^ 2s !']);
    });
  });

  describe('asked to stop', () => {
    const stopped = (run: FakeRunSpec, marbles: string, spec = {}) =>
      lifecycle(({ fake, managed, expectLifecycle }) => {
        const child = fake([run]);
        expectLifecycle(managed(child, spec, '1s S')).toBe(marbles);
        return child;
      });

    it('ends at once, by the signal', () => {
      const child = stopped('s', '(sr) 996ms (pq|)');
      expect(child.signals).toEqual([{ frame: 1_000, run: 1, signal: 'SIGTERM' }]);
      expect(child.sent).toEqual([{ frame: 1_000, run: 1, message: { stopping: true } }]);
      expect(child.alive()).toBe(0);
    });

    it('ends by the message alone once it has said that it is ready', () => {
      const child = stopped('s r', 'sr 998ms (pq|)');
      expect(child.signals).toEqual([]);
      expect(child.sent).toHaveLength(1);
    });

    it('takes its time, and a tie with the grace is an end', () => {
      stopped({ plays: 's', onStop: 150 }, '(sr) 996ms p 149ms (q|)');
      const child = stopped({ plays: 's', onStop: 200 }, '(sr) 996ms p 199ms (q|)');
      expect(child.signals).toHaveLength(1);
    });

    it('is killed if it ignores the signal, or is too slow', () => {
      const child = stopped({ plays: 's', onStop: 'ignore' }, '(sr) 996ms p 199ms (kq|)');
      expect(child.signals.map(({ frame, signal }) => [frame, signal])).toEqual([
        [1_000, 'SIGTERM'],
        [1_200, 'SIGKILL'],
      ]);
      stopped({ plays: 's', onStop: 201 }, '(sr) 996ms p 199ms (kq|)');
    });

    it('may end by itself before that', () => {
      stopped({ plays: 's 1050ms x', onStop: 'ignore' }, '(sr) 996ms p 50ms (q|)');
    });

    it('does what a function of the signal says', () => {
      const reloads: FakeRunSpec = { plays: 's', onStop: (signal) => (signal === 'SIGHUP' ? 'ignore' : 0) };
      lifecycle(({ fake, managed, expectLifecycle, cold }) => {
        const command$ = cold('1s h 1s S', {
          h: { type: 'signal', signal: 'SIGHUP' } as const,
          S: { type: 'stop' } as const,
        });
        expectLifecycle(managed(fake([reloads]), {}, command$)).toBe('(sr) 1997ms (pq|)');
      });
    });

    it.each(['SIGCONT', 'SIGWINCH'] as const)('does not take %s for that', (signal) => {
      lifecycle(({ fake, managed, expectLifecycle, cold }) => {
        const command$ = cold('1s a', { a: { type: 'signal', signal } as const });
        expectLifecycle(managed(fake(['s']), {}, command$)).toBe('(sr) 29m 59s 996ms t');
      });
    });
  });

  it('is killed when its run is unsubscribed, and cannot be signalled any more', () => {
    lifecycle(({ fake, expectLifecycle, expectSubscriptions, flush }) => {
      const child = fake(['s']);
      expectLifecycle(child$({ command: 'app' }, { effects: child }), '1s !').toBe('(sr)');
      expectSubscriptions(child.spawns).toBe('^ 999ms !');
      flush();
      expect(child.signals).toEqual([{ frame: 1_000, run: 1, signal: 'SIGKILL' }]);
      expect(() => child.kill(-1_001, 'SIGTERM')).toThrow(expect.objectContaining({ code: 'ESRCH' }));
      expect(() => child.kill(-7, 'SIGTERM')).toThrow('ESRCH');
    });
  });

  it('refuses what no channel could carry, as Node does', () => {
    const events: ChildEvent[] = [];
    lifecycle(({ fake, cold }) => {
      for (const serialization of ['json', 'advanced'] as const) {
        const act$ = cold<Act>('--a', { a: { type: 'send', message: serialization === 'json' ? 1n : () => 1 } });
        child$({ script: 'app.mjs', serialization }, { act$, effects: fake(['s--- x']) }).subscribe((event) =>
          events.push(event),
        );
      }
    });
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(2);
  });

  it('keeps logs in memory, those that it writes itself, and what is printed', () => {
    lifecycle(({ fake, managed, flush }) => {
      const child = fake(['s o w x'], { values: { w: { type: 'output', stream: 'stderr', text: 'oh' } } });
      const spec = { restartAt: [], log: { stdout: 'logs/out.log', stderr: 'logs/err.log' } };
      managed(child, spec).subscribe();
      managed(child, { ...spec, output: false }).subscribe();
      managed(child, { ...spec, output: false, log: { file: 'direct.log', direct: true } }).subscribe();
      managed(child, { name: 'api', restartAt: [] })
        .pipe(toConsole({ effects: child }))
        .subscribe();
      flush();
      expect(child.text('logs/out.log')).toBe('output\noutput\n');
      expect(child.text(resolve('logs/err.log'))).toBe('oh\noh\n');
      expect(child.text('direct.log')).toBe('output\noh\n');
      expect(child.text('/dev/stdout') + child.text('/dev/stderr')).toContain('output\n');
      expect(child.files()).toContain(resolve('logs/err.log'));
      expect(() => child.text('logs/no.log')).toThrow(/no\.log'\. Existing files: .*out\.log/);
    });
  });

  it('plays several programs, by the names of their files', () => {
    const events: string[] = [];
    lifecycle(
      ({ fake }) => {
        const effects = fake({ 'db.mjs': ['s 3s r'], app: ['s 1s x', 's'] });
        const supervisor = supervise([], { effects });
        supervisor.event$.subscribe(({ type, name }) => events.push(`${String(name)} ${type}`));
        supervisor.start({ name: 'db', script: 'services/db.mjs', ready: 'message' });
        supervisor.start({ name: 'app', command: './bin/app', restartAt: [100] });
        supervisor.start({ name: 'web', command: 'web', restartAt: [] });
      },
      { maxTime: 5_000 },
    );
    expect(events).toEqual([
      'web spawnFailed',
      'web gaveUp',
      'db spawned',
      'app spawned',
      'app ready',
      'app exited',
      'app backingOff',
      'app spawned',
      'app ready',
      'db ready',
    ]);
  });

  it('names the programs it plays when it is to play another one', async () => {
    const event$ = managed$({ command: 'web', restartAt: [] }, undefined, {
      effects: fakeChild({ 'db.mjs': ['s'], app: ['s'] }),
    });
    const [failed] = await firstValueFrom(event$.pipe(toArray()));
    expect(failed).toMatchObject({ message: 'ENOENT: spawn web. This fake only has the programs db.mjs, app.' });
  });

  it('has no package.json to find a script in', async () => {
    const event$ = managed$({ cwd: '.', restartAt: [] }, undefined, { effects: fakeChild(['s']) });
    const [failed] = await firstValueFrom(event$.pipe(toArray()));
    expect(failed).toMatchObject({ type: 'spawnFailed', code: 'ENOENT' });
  });

  it('runs in real time, too, with times from its making', async () => {
    const child = fakeChild(['s 5ms x', 's o'], { onStop: 1 });
    const command$ = new Subject<{ type: 'stop' }>();
    const types: string[] = [];
    await firstValueFrom(
      managed$({ command: 'app', restartAt: [1] }, command$, { effects: child }).pipe(
        concatMap((event) => {
          types.push(event.type);
          if (event.type === 'output') command$.next({ type: 'stop' });
          return [];
        }),
        toArray(),
      ),
    );
    expect(types.join(' ')).toBe('spawned ready exited backingOff spawned ready output stopping exited');
    const [first] = child.spawns;
    expect(first!.subscribedFrame).toBeLessThan(5_000);
    expect(first!.unsubscribedFrame - first!.subscribedFrame).toBeGreaterThanOrEqual(5);
  });

  it('counts from 0 in a virtual time that began after it was made', () => {
    const child = fakeChild(['s 1s x']);
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(child, { restartAt: [] })).toBe('(sr) 997ms (xg|)');
    });
    expect(child.spawns).toEqual([{ subscribedFrame: 0, unsubscribedFrame: 1_001 }]);
  });

  it.each<[FakeRunSpec, string]>([
    ['x', "fakeChild: diagram 1 'x': the spawn is missing. Begin a run with s, or with f for a failed spawn."],
    ['', "fakeChild: diagram 1 '': the spawn is missing. Begin a run with s, or with f for a failed spawn."],
    [
      's v',
      "fakeChild: diagram 1 's v': 'v' is not an action of a child. Use s r o m x z y f, or define it: { values: { v: 'a line' } }.",
    ],
    [
      's b',
      "fakeChild: diagram 1 's b': 'b' is not an action of a child. b (backingOff) is an event of the supervisor. Use s r o m x z y f.",
    ],
    ['s|', "fakeChild: diagram 1 's|': '|' is not an action of a child."],
    [
      's 1s x s',
      "fakeChild: diagram 1 's 1s x s': a diagram can have only one run. Give the next run its own diagram.",
    ],
    ['s x o', "fakeChild: diagram 1 's x o': an action follows the end of the run. Remove it."],
    [
      { plays: 's', onStop: -1 },
      "fakeChild: diagram 1 's': onStop: -1 is not a delay. Give milliseconds, 0 or more, or 'ignore'.",
    ],
    ['s 2sx', 'fakeChild: diagram 1: This is not a time'],
  ])('refuses to play %o', (run, message) => {
    expect(() => fakeChild([run])).toThrow(RxvisorError);
    expect(() => fakeChild([run])).toThrow(message);
  });

  it('refuses to play nothing', () => {
    expect(() => fakeChild([])).toThrow('fakeChild: diagrams: the array is empty. Give one for each run.');
    expect(() => fakeChild({ app: ['s'], db: ['b'] })).toThrow("fakeChild: db, diagram 1 'b': ");
  });
});
