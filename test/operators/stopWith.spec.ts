import { concat, defer, EMPTY, filter, map, merge, mergeMap, NEVER, type Observable, of, Subject, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Act, type ChildEvent, type Command, type StopOptions, stopWith } from '../../src/index.js';
import {
  at,
  exited,
  hangUp,
  life,
  message,
  obeying,
  reset,
  restart,
  spawned,
  spawnFailed,
  stop,
  stopping,
} from './events.js';
import { virtually } from './virtually.js';

const gone = exited('SIGTERM', true);

/** The acts and events of a run under `stopWith`, in the order in which they happen. */
function eventsOf(
  runOf: (act$: Observable<Act>) => Observable<ChildEvent>,
  command$: Observable<Command>,
  options?: Pick<StopOptions, 'grace'>,
): string[] {
  return virtually(({ timeline }) => {
    const act$ = new Subject<Act>();
    return timeline(runOf(act$).pipe(stopWith(command$, { act$, ...options })), { also$: act$ });
  });
}

const stubborn = (act$: Observable<Act>) => obeying(act$);
const obeyingIn = (ms: number) => (act$: Observable<Act>) => obeying(act$, ms);

describe('stopWith passes through', () => {
  const act$ = new Subject<Act>();
  const values = { s: spawned, r: { type: 'ready', attempt: 1 }, x: exited(0) } as const;

  it('a run that says nothing, and its unsubscription', () => {
    virtually(({ cold, hot, clock, expectObservable, expectSubscriptions, flush }) => {
      const run$ = cold<ChildEvent>('-');
      const command$ = hot<Command>('-');
      expectObservable(run$.pipe(stopWith(command$, { act$ }, clock)), '---!').toBe('-');
      expectSubscriptions(run$.subscriptions).toBe('^--!');
      expectSubscriptions(command$.subscriptions).toBe('^--!');
      flush();
      expect(clock.armed()).toBe(0);
    });
  });

  it('a run that is empty, and lets go of the commands', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('--|');
      const command$ = hot<Command>('-');
      expectObservable(run$.pipe(stopWith(command$, { act$ }))).toBe('--|');
      expectSubscriptions(run$.subscriptions).toBe('^-!');
      expectSubscriptions(command$.subscriptions).toBe('^-!');
    });
  });

  it('one event, and many', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>('-x|', values).pipe(stopWith(NEVER, { act$ }))).toBe('-(x|)', values);
      expectObservable(cold<ChildEvent>('s-r--x|', values).pipe(stopWith(NEVER, { act$ }))).toBe('s-r--(x|)', values);
      expectObservable(cold<ChildEvent>('(srx|)', values).pipe(stopWith(NEVER, { act$ }))).toBe('(srx|)', values);
    });
  });

  it('nothing after the terminal event, with which the run is over', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('s-x-r-', values);
      const command$ = hot<Command>('-');
      expectObservable(run$.pipe(stopWith(command$, { act$ }))).toBe('s-(x|)', values);
      expectSubscriptions(run$.subscriptions).toBe('^-!');
      expectSubscriptions(command$.subscriptions).toBe('^-!');
    });
  });

  it('an error, before, in and without a stop', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('s--#', values);
      const command$ = hot<Command>('-S', { S: stop });
      expectObservable(run$.pipe(stopWith(NEVER, { act$ }))).toBe('s--#', values);
      expectObservable(run$.pipe(stopWith(command$, { act$ }))).toBe('sp-#', { ...values, p: stopping('stop') });
      expectObservable(cold<ChildEvent>('---#').pipe(stopWith(command$, { act$ }))).toBe('---#');
      expectSubscriptions(command$.subscriptions).toBe(['^--!', '^--!']);
    });
  });

  it('an error of the commands, which ends the run: there is nobody left to end it', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const run$ = cold<ChildEvent>('s', values);
      expectObservable(run$.pipe(stopWith(hot<Command>('--#'), { act$ }))).toBe('s-#', values);
      expectSubscriptions(run$.subscriptions).toBe('^-!');
    });
  });

  it('commands that complete', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>('s---x|', values).pipe(stopWith(EMPTY, { act$ }))).toBe('s---(x|)', values);
    });
  });

  it('does nothing to the run while nobody asks for it', () => {
    expect(eventsOf(() => life(500, exited(0)), concat(at(5, reset), of({ type: 'reopenLogs' } as const)))).toEqual([
      '0 spawned#1',
      '500 exited#1 0',
      '500 complete',
    ]);
  });
});

describe('stopWith unsubscribed while it waits for the end', () => {
  it('lets go of run and commands, leaves no timer, and kills nobody', () => {
    virtually(({ cold, hot, clock, expectObservable, expectSubscriptions, flush }) => {
      const acts: string[] = [];
      const run$ = cold<ChildEvent>('s', { s: spawned });
      const command$ = hot<Command>('-S', { S: stop });
      const act$ = { next: ({ type }: Act) => void acts.push(`${clock.now()} ${type}`) };
      expectObservable(run$.pipe(stopWith(command$, { act$ }, clock)), '------!').toBe('sp', {
        s: spawned,
        p: stopping('stop'),
      });
      timer(3).subscribe(() => {
        expect(clock.armed()).toBe(1);
      });
      expectSubscriptions(run$.subscriptions).toBe('^-----!');
      expectSubscriptions(command$.subscriptions).toBe('^-----!');
      flush();
      expect(clock.armed()).toBe(0);
      expect(acts).toEqual(['1 ask']);
    });
  });
});

describe('a stop', () => {
  it('is announced, then asked for, once; an end within the grace is the end', () => {
    expect(eventsOf(obeyingIn(40), at(10, stop))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '50 exited#1 SIGTERM expected',
      '50 complete',
    ]);
  });

  it('kills when the grace period ends, after 200 ms by default, and not before', () => {
    expect(eventsOf(stubborn, at(10, stop))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '210 killed#1 SIGKILL',
      '210 kill',
      '210 exited#1 SIGKILL expected',
      '210 complete',
    ]);
    expect(eventsOf(obeyingIn(199), at(10, stop)).slice(-2)).toEqual(['209 exited#1 SIGTERM expected', '209 complete']);
    expect(eventsOf(obeyingIn(201), at(10, stop))).toContain('210 killed#1 SIGKILL');
  });

  it('has the grace of the options, or its own', () => {
    expect(eventsOf(stubborn, at(10, stop), { grace: 50 })).toContain('60 killed#1 SIGKILL');
    expect(eventsOf(stubborn, at(10, { type: 'stop', grace: 30 }), { grace: 50 })).toContain('40 killed#1 SIGKILL');
    expect(eventsOf(stubborn, at(10, { type: 'stop', grace: 70 }), { grace: 50 })).toContain('80 killed#1 SIGKILL');
  });

  it.each([NaN, -1, Infinity, 2 ** 31, '50' as never])(
    'with a grace of %s, which no timer can wait, has that of the options',
    (grace) => {
      expect(eventsOf(stubborn, at<Command>(10, { type: 'stop', grace }), { grace: 50 })).toContain(
        '60 killed#1 SIGKILL',
      );
    },
  );

  it('with a grace of 0 kills at once: there would be no time to do what is asked', () => {
    expect(eventsOf(stubborn, at(10, { type: 'stop', grace: 0 }))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 killed#1 SIGKILL',
      '10 kill',
      '10 exited#1 SIGKILL expected',
      '10 complete',
    ]);
  });

  describe('ties with an end at exactly the grace: an end', () => {
    const end = ['10 stopping#1 stop', '10 ask', '210 exited#1 SIGTERM expected', '210 complete'];

    it('that was on the clock before the stop', () => {
      expect(eventsOf(() => life(210, gone), at(10, stop)).slice(1)).toEqual(end);
    });

    it('that was put there in reaction to being asked', () => {
      expect(eventsOf(obeyingIn(200), at(10, stop)).slice(1)).toEqual(end);
    });

    it('in marbles', () => {
      virtually(({ cold, hot, expectObservable }) => {
        const values = { s: spawned, x: gone, p: stopping('stop') };
        const run$ = cold<ChildEvent>('s 10ms x', values);
        const command$ = hot<Command>('-S', { S: stop });
        expectObservable(run$.pipe(stopWith(command$, { act$: new Subject<Act>(), grace: 10 }))).toBe(
          'sp 9ms (x|)',
          values,
        );
      });
    });
  });

  it('during the spawn waits until it is known whether there is anything to stop', () => {
    const run$ = concat(timer(30).pipe(mergeMap(() => EMPTY)), NEVER);
    expect(eventsOf((act$) => merge(run$, timer(30).pipe(mergeMap(() => obeying(act$, 5)))), at(10, stop))).toEqual([
      '30 spawned#1',
      '30 stopping#1 stop',
      '30 ask',
      '35 exited#1 SIGTERM expected',
      '35 complete',
    ]);
  });

  it('counts its grace from the asking, not from the command', () => {
    expect(eventsOf((act$) => timer(30).pipe(mergeMap(() => obeying(act$))), at(10, stop))).toContain(
      '230 killed#1 SIGKILL',
    );
  });

  it('that waits for the spawn is settled by its failure: nothing to announce, to ask or to kill', () => {
    expect(eventsOf(() => at(30, spawnFailed), at(10, stop))).toEqual(['30 spawnFailed#1', '30 complete']);
  });

  it('that comes with the first event, or in reaction to it, is heeded after it', () => {
    for (const command$ of [of(stop), at(0, stop)]) {
      expect(eventsOf(obeyingIn(5), command$)).toEqual([
        '0 spawned#1',
        '0 stopping#1 stop',
        '0 ask',
        '5 exited#1 SIGTERM expected',
        '5 complete',
      ]);
    }
    expect(reacting(obeyingIn(5), 'spawned')).toEqual([
      '0 spawned#1',
      '0 stopping#1 stop',
      '0 ask',
      '5 exited#1 SIGTERM expected',
      '5 complete',
    ]);
  });

  it('does not overtake a command that was waiting for the spawn already', () => {
    const lines = virtually(({ timeline }) => {
      const act$ = new Subject<Act>();
      const command$ = new Subject<Command>();
      const lines = timeline(
        timer(30).pipe(
          mergeMap(() => obeying(act$, 5)),
          stopWith(command$, { act$ }),
        ),
        { also$: act$ },
      );
      concat(at(10, message), of(hangUp, stop)).subscribe(command$);
      return lines;
    });
    expect(lines).toEqual([
      '30 spawned#1',
      '30 send',
      '30 signal',
      '30 stopping#1 stop',
      '30 ask',
      '35 exited#1 SIGTERM expected',
      '35 complete',
    ]);
  });

  it('in reaction to the first event does not overtake what was waiting for that event', () => {
    const lines = virtually(({ timeline }) => {
      const act$ = new Subject<Act>();
      const command$ = new Subject<Command>();
      const react = ({ type }: ChildEvent) => {
        if (type === 'spawned') command$.next(stop);
      };
      const run$ = timer(30).pipe(mergeMap(() => obeying(act$, 5)));
      const lines = timeline(run$.pipe(stopWith(command$, { act$ })), { also$: act$, react });
      at(10, hangUp).subscribe((command) => command$.next(command));
      return lines;
    });
    expect(lines.slice(0, 4)).toEqual(['30 spawned#1', '30 signal', '30 stopping#1 stop', '30 ask']);
  });

  it('in reaction to the end of the run means nothing any more', () => {
    expect(reacting(() => life(5, exited(1)), 'exited')).toEqual(['0 spawned#1', '5 exited#1 1', '5 complete']);
    expect(reacting(() => at(5, spawnFailed), 'spawnFailed')).toEqual(['5 spawnFailed#1', '5 complete']);
  });

  it('that takes effect within the very call is announced before it', () => {
    expect(eventsOf(sudden('ask'), at(10, stop))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '10 exited#1 SIGTERM expected',
      '10 complete',
    ]);
  });

  it('whose kill is done within the very act is announced before it', () => {
    expect(eventsOf(sudden('kill'), at(10, stop)).slice(2)).toEqual([
      '10 ask',
      '210 killed#1 SIGKILL',
      '210 kill',
      '210 exited#1 SIGTERM expected',
      '210 complete',
    ]);
  });

  it('carries name and run of the run', () => {
    const events: ChildEvent[] = [];
    virtually(() => {
      const act$ = new Subject<Act>();
      concat(of<ChildEvent>({ ...spawned, name: 'api', attempt: 3 }), NEVER)
        .pipe(stopWith(at(10, stop), { act$ }))
        .subscribe((event) => events.push(event));
    });
    expect(events.slice(1)).toEqual([
      { type: 'stopping', reason: 'stop', name: 'api', attempt: 3 },
      { type: 'killed', signal: 'SIGKILL', name: 'api', attempt: 3 },
    ]);
  });

  it('kills once, and waits for the group that takes its time to go', () => {
    const slow = (act$: Observable<Act>) =>
      merge(
        of(spawned),
        act$.pipe(
          filter(({ type }) => type === 'kill'),
          mergeMap(() => at(70, gone)),
        ),
      );
    expect(eventsOf(slow, at(10, stop)).slice(3)).toEqual([
      '210 killed#1 SIGKILL',
      '210 kill',
      '280 exited#1 SIGTERM expected',
      '280 complete',
    ]);
  });

  /** A stop is commanded by whoever sees the first event of that type. */
  function reacting(runOf: (act$: Observable<Act>) => Observable<ChildEvent>, type: ChildEvent['type']): string[] {
    return virtually(({ timeline }) => {
      const act$ = new Subject<Act>();
      const command$ = new Subject<Command>();
      const react = (event: ChildEvent) => {
        if (event.type === type) command$.next(stop);
      };
      return timeline(runOf(act$).pipe(stopWith(command$, { act$ })), { also$: act$, react });
    });
  }

  /** Ends while it still gets the command. */
  function sudden(type: Act['type']): (act$: Observable<Act>) => Observable<ChildEvent> {
    return (act$) =>
      merge(
        act$.pipe(
          filter((act) => act.type === type),
          map(() => gone),
        ),
        of(spawned),
      );
  }
});

describe('more than one command to end', () => {
  const then = (ms: number, command: Command) => merge(at(10, stop), at(ms, command));

  it('a second stop with a shorter grace shortens the wait', () => {
    expect(eventsOf(stubborn, then(30, { type: 'stop', grace: 20 }))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '50 killed#1 SIGKILL',
      '50 kill',
      '50 exited#1 SIGKILL expected',
      '50 complete',
    ]);
  });

  it('a second stop with a longer grace does not lengthen it', () => {
    expect(eventsOf(stubborn, then(30, { type: 'stop', grace: 5_000 })).slice(3, 5)).toEqual([
      '210 killed#1 SIGKILL',
      '210 kill',
    ]);
  });

  it('a stop after a restart is announced too, asks no second time, and can shorten the grace', () => {
    expect(eventsOf(stubborn, merge(at(10, restart), at<Command>(30, { type: 'stop', grace: 20 })))).toEqual([
      '0 spawned#1',
      '10 stopping#1 restart',
      '10 ask',
      '30 stopping#1 stop',
      '50 killed#1 SIGKILL',
      '50 kill',
      '50 exited#1 SIGKILL expected',
      '50 complete',
    ]);
  });

  it('a restart after a stop is refused', () => {
    expect(eventsOf(obeyingIn(40), then(30, restart))).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '30 refused#1 restart being stopped',
      '50 exited#1 SIGTERM expected',
      '50 complete',
    ]);
  });

  it('a restart after a restart and a stop is refused', () => {
    expect(eventsOf(obeyingIn(40), merge(at(10, restart), at(20, stop), at(30, restart)))).toContain(
      '30 refused#1 restart being stopped',
    );
  });

  it('a second restart is the first', () => {
    expect(eventsOf(obeyingIn(40), merge(at(10, restart), at(30, restart)))).toEqual([
      '0 spawned#1',
      '10 stopping#1 restart',
      '10 ask',
      '50 exited#1 SIGTERM expected',
      '50 complete',
    ]);
  });

  it('all those that waited for the spawn are heeded in their order', () => {
    const lines = eventsOf(
      (act$) => timer(30).pipe(mergeMap(() => obeying(act$, 5))),
      concat(at(10, stop), of(restart)),
    );
    expect(lines).toEqual([
      '30 spawned#1',
      '30 stopping#1 stop',
      '30 ask',
      '30 refused#1 restart being stopped',
      '35 exited#1 SIGTERM expected',
      '35 complete',
    ]);
  });
});

describe('stopping from the run itself', () => {
  it.each(['leftover', 'readyTimeout'] as const)('because of %s starts the same race', (reason) => {
    const run = (slow?: number) => (act$: Observable<Act>) => merge(obeying(act$, slow), at(10, stopping(reason)));
    expect(eventsOf(run(40), NEVER)).toEqual([
      '0 spawned#1',
      `10 stopping#1 ${reason}`,
      '10 ask',
      '50 exited#1 SIGTERM expected',
      '50 complete',
    ]);
    expect(eventsOf(run(), EMPTY).slice(2)).toEqual([
      '10 ask',
      '210 killed#1 SIGKILL',
      '210 kill',
      '210 exited#1 SIGKILL expected',
      '210 complete',
    ]);
  });

  it('may be its first event', () => {
    expect(eventsOf((act$) => merge(act$.pipe(map(() => gone)), of(stopping('leftover'))), NEVER)).toEqual([
      '0 stopping#1 leftover',
      '0 ask',
      '0 exited#1 SIGTERM expected',
      '0 complete',
    ]);
  });

  it('is asked once, also when a stop follows, whose grace holds if it is over sooner', () => {
    const run = (act$: Observable<Act>) => merge(obeying(act$), at(10, stopping('leftover')));
    expect(eventsOf(run, at<Command>(30, { type: 'stop', grace: 20 }))).toEqual([
      '0 spawned#1',
      '10 stopping#1 leftover',
      '10 ask',
      '30 stopping#1 stop',
      '50 killed#1 SIGKILL',
      '50 kill',
      '50 exited#1 SIGKILL expected',
      '50 complete',
    ]);
  });
});

describe('other commands', () => {
  it('signal and send are passed on, as they are; the others are not', () => {
    const acts: Act[] = [];
    virtually(() => {
      const command$ = concat(at(10, hangUp), of<Command[]>(message, reset, { type: 'reopenLogs' }));
      life(50, exited(0))
        .pipe(stopWith(command$, { act$: { next: (act) => void acts.push(act) } }))
        .subscribe();
    });
    expect(acts).toEqual([hangUp, message]);
    expect(acts[0]).toBe(hangUp);
  });

  it('are passed on while the run is being stopped, and not after its end', () => {
    const command$ = merge(at(10, stop), at(20, hangUp), at(60, hangUp));
    expect(eventsOf(obeyingIn(40), command$)).toEqual([
      '0 spawned#1',
      '10 stopping#1 stop',
      '10 ask',
      '20 signal',
      '50 exited#1 SIGTERM expected',
      '50 complete',
    ]);
  });

  it('each subscription has a race of its own', () => {
    const events: string[] = [];
    virtually(() => {
      const act$ = new Subject<Act>();
      const run$ = defer(() => obeying(act$, 5)).pipe(stopWith(at(10, stop), { act$ }));
      concat(run$, run$).subscribe(({ type }) => events.push(type));
    });
    expect(events).toEqual(['spawned', 'stopping', 'exited', 'spawned', 'stopping', 'exited']);
  });

  it('an act that throws is an error, and the run is let go', () => {
    const act$ = {
      next: () => {
        throw new Error('act');
      },
    };
    const lines = virtually(({ timeline }) =>
      timeline(concat(of(spawned), NEVER).pipe(stopWith(at(10, stop), { act$ }))),
    );
    expect(lines).toEqual(['0 spawned#1', '10 stopping#1 stop', '10 error Error: act']);
  });
});
