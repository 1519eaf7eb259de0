import { defer, EMPTY, map, merge, NEVER, Subject, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Act, type Command, restartAt, restartWhen, stopWith, withCommands } from '../../src/index.js';
import { at, exited, life, lives, obeying, restart, stop } from './events.js';
import { type Clock, virtually } from './virtually.js';

const values: Record<string, Command> = { S: stop, R: restart, T: { type: 'restart', trigger: 'config' } };

describe('restartWhen', () => {
  it.each([
    ['never', '-', '-', '-'],
    ['empty: the commands go on', '|', '---S-|', '---S-|'],
    ['one', '--v', '-', '--T'],
    ['many', '--v-v|', '-', '--T-T'],
    ['beside commands', '--v---v', '---R-S', '--TR-ST'],
    ['an error of the trigger', '--#', '---S', '--#'],
    ['an error of the commands', '--v--v', '---#', '--T#'],
    ['commands that have ended', '--v--v', '|', '--T--T'],
    ['the end of both', '--v|', '---|', '--T|'],
    ['a tie: the command comes first', '--v', '--S', '--(ST)'],
  ])('%s', (_, trigger, commands, expected) => {
    virtually(({ cold, expectObservable }) => {
      const trigger$ = cold(trigger);
      expectObservable(cold(commands, values).pipe(restartWhen(trigger$, 'config'))).toBe(expected, values);
    });
  });

  it('leaves trigger and commands when it is unsubscribed from', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const [trigger$, command$] = [cold('--v--v'), cold('---S', values)];
      expectObservable(command$.pipe(restartWhen(trigger$, 'config')), '^---!').toBe('--TS', values);
      expectSubscriptions(trigger$.subscriptions).toBe('^---!');
      expectSubscriptions(command$.subscriptions).toBe('^---!');
    });
  });

  it('passes on what a trigger throws as it is subscribed to', () => {
    virtually(({ expectObservable }) => {
      const trigger$ = defer(() => throwError(() => new Error('no more')));
      expectObservable(NEVER.pipe(restartWhen(trigger$, 'config'))).toBe('#', undefined, new Error('no more'));
    });
  });

  it('several: each says its reason', () => {
    virtually(({ cold, expectObservable }) => {
      const command$ = EMPTY.pipe(restartWhen(cold('-v'), 'config'), restartWhen(cold('--v'), 'clock'));
      expectObservable(command$).toBe('-TU', { ...values, U: { type: 'restart', trigger: 'clock' } });
    });
  });
});

describe('a child that is restarted by a trigger', () => {
  const alive = (act$: Subject<Act>, slow: number) => defer(() => obeying(act$, slow));
  /** As `managed$` puts it together. */
  const managed = (
    command$: ReturnType<typeof at<Command>>,
    act$: Subject<Act>,
    run$: ReturnType<typeof alive>,
    clock: Clock,
  ) =>
    withCommands(command$, (command$) =>
      run$.pipe(
        stopWith(command$, { act$, grace: 50 }, clock),
        restartAt([100, 500], { command$, limit: { max: 1, within: 60_000 } }, clock),
      ),
    );

  it('has its grace, and is run again at once; the limit knows nothing of it', () => {
    virtually(({ clock, timeline }) => {
      const act$ = new Subject<Act>();
      const trigger$ = merge(timer(100), timer(300), timer(500));
      const command$ = at<Command>(700, stop).pipe(restartWhen(trigger$, 'config'));
      const received = timeline(managed(command$, act$, alive(act$, 20), clock));
      clock.schedule(
        () =>
          expect(received).toEqual([
            '0 spawned#1',
            ...['100 stopping#1 restart', '120 exited#1 SIGTERM expected', '120 spawned#2'],
            ...['300 stopping#2 restart', '320 exited#2 SIGTERM expected', '320 spawned#3'],
            ...['500 stopping#3 restart', '520 exited#3 SIGTERM expected', '520 spawned#4'],
            ...['700 stopping#4 stop', '720 exited#4 SIGTERM expected', '720 complete'],
          ]),
        1_000,
      );
    });
  });

  it('a burst while it is ending is that one restart', () => {
    virtually(({ clock, timeline }) => {
      const act$ = new Subject<Act>();
      const trigger$ = timer(100, 2);
      const command$ = at<Command>(120, stop).pipe(restartWhen(trigger$, 'config'));
      const received = timeline(managed(command$, act$, alive(act$, 40), clock));
      clock.schedule(
        () =>
          expect(received.filter((line) => !line.includes('refused'))).toEqual([
            ...[
              '0 spawned#1',
              '100 stopping#1 restart',
              '120 stopping#1 stop',
              '140 exited#1 SIGTERM expected',
              '140 complete',
            ],
          ]),
        1_000,
      );
    });
  });

  it('in a back-off the next run begins at once, and crashes are counted on', () => {
    virtually(({ clock, timeline }) => {
      const act$ = new Subject<Act>();
      const run$ = lives(life(10, exited(1)), life(10, exited(1)), NEVER);
      const command$ = NEVER.pipe(restartWhen(timer(50), 'config'));
      const received = timeline(managed(command$, act$, run$, clock), { until: 1_000 });
      clock.schedule(
        () =>
          expect(received).toEqual([
            ...['0 spawned#1', '10 exited#1 1', '10 backingOff#1 100 crashes 1'],
            ...['50 spawned#2', '60 exited#2 1', '60 backingOff#2 500 crashes 2'],
          ]),
        900,
      );
    });
  });

  it('says in its events what asked for the restart', () => {
    virtually(({ clock }) => {
      const act$ = new Subject<Act>();
      const reasons: unknown[] = [];
      const command$ = at<Command>(200, stop).pipe(restartWhen(timer(100), 'config'));
      managed(command$, act$, alive(act$, 20), clock)
        .pipe(map((event) => (event.type === 'stopping' ? [event.reason, event.trigger] : [])))
        .subscribe((reason) => reasons.push(...reason));
      clock.schedule(() => expect(reasons).toEqual(['restart', 'config', 'stop', undefined]), 1_000);
    });
  });

  it('whose trigger fails is stopped, and gets the error', () => {
    virtually(({ clock, timeline }) => {
      const act$ = new Subject<Act>();
      const command$ = NEVER.pipe(
        restartWhen(
          throwError(() => new Error('no more')),
          'config',
        ),
      );
      const received = timeline(managed(command$, act$, alive(act$, 20), clock));
      clock.schedule(
        () =>
          expect(received).toEqual([
            ...['0 spawned#1', '0 stopping#1 stop', '20 exited#1 SIGTERM expected', '20 error Error: no more'],
          ]),
        1_000,
      );
    });
  });
});
