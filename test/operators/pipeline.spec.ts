import fc from 'fast-check';
import {
  defer,
  finalize,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Act, type ChildEvent, type Command, restartAt, stopWith, withCommands } from '../../src/index.js';
import { at, exited, hangUp, message, reset, restart, spawned, spawnFailed, stop, stopping } from './events.js';
import { virtually } from './virtually.js';

/** How one run behaves, in ms; undefined: never. */
interface Habits {
  readonly spawn: number | undefined;
  readonly fails: boolean;
  readonly life: number | undefined;
  readonly code: number;
  readonly onStop: number | undefined;
  readonly dies: number;
  readonly leaves: boolean;
}

interface Story {
  readonly habits: readonly Habits[];
  readonly steps: readonly (readonly [number, Command])[];
  readonly reactions: readonly (readonly [ChildEvent['type'], Command])[];
  readonly restartOn: 'crash' | 'exit';
  readonly end: 'stop' | 'error' | 'unsubscribe';
}

/** What happened: the events that were seen and, seen or not, the runs. */
interface History {
  readonly events: ChildEvent[];
  readonly ends: string[];
  readonly startedAt: number[];
  mostAlive: number;
  alive: number;
  stoppedAt: number;
}

const THE_END = 1_000;
const ms = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 0, max }));
const msOrNever = (max: number): fc.Arbitrary<number | undefined> => fc.option(ms(max), { nil: undefined });
const command = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Command>(restart) },
  { weight: 1, arbitrary: fc.constantFrom<Command>(stop, { type: 'stop', grace: 0 }, { type: 'stop', grace: 400 }) },
  { weight: 3, arbitrary: fc.constantFrom<Command>(reset, hangUp, message, { type: 'reopenLogs' }) },
);
const story: fc.Arbitrary<Story> = fc.record({
  habits: fc.array(
    fc.record({
      spawn: msOrNever(30),
      fails: fc.boolean(),
      life: msOrNever(200),
      code: fc.nat(1),
      onStop: msOrNever(300),
      dies: ms(50),
      leaves: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  steps: fc.array(fc.tuple(ms(THE_END - 1), command), { maxLength: 12 }),
  reactions: fc.array(
    fc.tuple(
      fc.constantFrom<ChildEvent['type']>(
        'spawned',
        'spawnFailed',
        'stopping',
        'killed',
        'exited',
        'backingOff',
        'stable',
      ),
      command,
    ),
    { maxLength: 3 },
  ),
  restartOn: fc.constantFrom('crash', 'exit'),
  end: fc.constantFrom('stop', 'error', 'unsubscribe'),
});

/** A run that spawns (undefined: there and then), lives, and ends, by itself, when asked to or when killed. */
function fakeRun(
  act$: Observable<Act>,
  { spawn, fails, life, code, onStop, dies, leaves }: Habits,
): Observable<ChildEvent> {
  const asked = { yet: false };
  const on = (type: Act['type']): Observable<Act> =>
    act$.pipe(
      tap((act) => (asked.yet ||= act.type === 'ask')),
      mergeMap((act) => (act.type === type ? of(act) : [])),
    );
  const lived$ = life === undefined ? NEVER : at(life, exited(code));
  // A crash that leaves somebody behind, who goes when killed.
  const ended$ = lived$.pipe(mergeMap((end) => (leaves ? merge(of(stopping('leftover')), NEVER) : of(end))));
  const alive$ = merge(
    on('ask').pipe(switchMap(() => (onStop === undefined ? NEVER : at(onStop, exited('SIGTERM', true))))),
    on('kill').pipe(switchMap(() => at(dies, exited('SIGKILL', asked.yet)))),
    of(spawned),
    ended$,
  );
  const run$ = fails ? of(spawnFailed) : alive$;
  return spawn === undefined ? run$ : timer(spawn).pipe(switchMap(() => run$));
}

function live({ habits, steps, reactions, restartOn, end }: Story): History {
  const history: History = { events: [], ends: [], startedAt: [], mostAlive: 0, alive: 0, stoppedAt: Infinity };
  const pending = [...reactions];
  virtually(({ clock }) => {
    const run = (act$: Observable<Act>): Observable<ChildEvent> => {
      history.startedAt.push(clock.now());
      history.alive += 1;
      history.mostAlive = Math.max(history.mostAlive, history.alive);
      return fakeRun(act$, habits[(history.startedAt.length - 1) % habits.length]!).pipe(
        finalize(() => (history.alive -= 1)),
      );
    };
    const sent$ = new Subject<Command>();
    const error$ = timer(THE_END).pipe(mergeMap(() => throwError(() => new Error('commands'))));
    const last$ = end === 'stop' ? at(THE_END, stop) : end === 'error' ? error$ : NEVER;
    const command$ = merge(sent$, last$, ...steps.map(([time, each]) => at(time, each))).pipe(
      tap({
        next: ({ type }) => {
          if (type === 'stop') noteStop();
        },
        error: noteStop,
      }),
    );
    const subscription = withCommands(command$, (command$) =>
      defer(() => {
        const act$ = new Subject<Act>();
        return run(act$).pipe(stopWith(command$, { act$, grace: 150 }));
      }).pipe(restartAt([0, 30, 70], { command$, restartOn, restartOk: 120 })),
    ).subscribe({
      next: (event) => {
        history.events.push(event);
        const reaction = pending.findIndex(([type]) => type === event.type);
        if (reaction !== -1) sent$.next(pending.splice(reaction, 1)[0]![1]);
      },
      error: (error: unknown) => history.ends.push(String(error)),
      complete: () => history.ends.push('complete'),
    });
    if (end === 'unsubscribe') {
      timer(THE_END).subscribe(() => {
        subscription.unsubscribe();
        noteStop();
      });
    }

    function noteStop(): void {
      history.stoppedAt = Math.min(history.stoppedAt, history.startedAt.length);
    }
  });
  return history;
}

describe('withCommands, restartAt and stopWith in a pipeline, whatever is commanded and however the runs go', () => {
  it('at most one run is alive at any instant, and none in the end', () => {
    fc.assert(
      fc.property(story, (story) => {
        const { mostAlive, alive } = live(story);
        expect(mostAlive).toBeLessThanOrEqual(1);
        expect(alive).toBe(0);
      }),
      { numRuns: 250 },
    );
  });

  it('no run is started after a stop, an error of the commands or an unsubscription', () => {
    fc.assert(
      fc.property(story, (story) => {
        const { startedAt, stoppedAt } = live(story);
        expect(startedAt.length).toBeLessThanOrEqual(stoppedAt);
      }),
      { numRuns: 250 },
    );
  });

  it('every run that is seen to its end has exactly one terminal event, its last', () => {
    fc.assert(
      fc.property(story, (story) => {
        const { events, startedAt } = live(story);
        const seen = story.end !== 'unsubscribe';
        const numbers = events.map(({ attempt }) => attempt);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        if (seen) expect(new Set(numbers).size).toBe(startedAt.length);
        for (const run of new Set(numbers)) {
          const types = events.filter(({ attempt }) => attempt === run).map(({ type }) => type);
          const ends = types.filter((type) => type === 'exited' || type === 'spawnFailed');
          if (seen || run < startedAt.length) expect(ends).toHaveLength(1);
          const after = ends.length === 0 ? [] : types.slice(types.indexOf(ends[0]!) + 1);
          expect(['backingOff', 'refused', 'stopping', 'gaveUp']).toEqual(expect.arrayContaining(after));
        }
      }),
      { numRuns: 250 },
    );
  });

  it('it completes, or errs when the commands did, once and last; unsubscribed it says nothing', () => {
    fc.assert(
      fc.property(story, (story) => {
        const { ends } = live(story);
        if (story.end === 'stop') expect(ends).toEqual(['complete']);
        else if (story.end === 'error') expect(['complete', 'Error: commands']).toEqual(expect.arrayContaining(ends));
        expect(ends.length).toBeLessThanOrEqual(1);
        if (story.end !== 'unsubscribe') expect(ends).toHaveLength(1);
      }),
      { numRuns: 250 },
    );
  });
});
