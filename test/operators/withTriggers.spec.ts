import { EMPTY, filter, ignoreElements, map, merge, NEVER, type Observable, of, tap, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ChildEvent, Command, TriggerFailed } from '../../src/index.js';
import { withTriggers } from '../../src/operators/withCommands.js';
import { exited, restart, spawned, stop } from './events.js';
import { virtually } from './virtually.js';

const failed: TriggerFailed = { type: 'triggerFailed', trigger: 'watch', code: 'ENOSPC', message: 'no', attempt: 0 };
const events: Record<string, ChildEvent> = { s: spawned, x: exited(1), u: failed };
const commands: Record<string, Command> = { R: restart, S: stop };
const signs: Record<string, Command | TriggerFailed> = { ...commands, u: failed };

/** A pipeline that emits `event$`, and the commands it receives. */
const pipeline =
  (event$: Observable<ChildEvent>, received: string[] = []) =>
  (command$: Observable<Command>): Observable<ChildEvent> =>
    merge(
      command$.pipe(
        tap(({ type }) => received.push(type)),
        ignoreElements(),
      ),
      event$,
    );

describe('withTriggers', () => {
  it.each([
    ['never', '-', 's', []],
    ['a pipeline that ends ends it', '-', 's-(x|)', []],
    ['one', '--R', 's', ['restart']],
    ['many, and an end', '--R-R|', 's', ['restart', 'restart']],
    ['a failure is an event', '--u', 's-u', []],
  ] as const)('%s', (_, triggers, expected, asked) => {
    const received: string[] = [];
    virtually(({ cold, expectObservable }) => {
      const ends = expected.endsWith('|)');
      const event$ = cold<ChildEvent>(ends ? 's-(x|)' : 's', events);
      const result$ = withTriggers(
        NEVER,
        () => cold<Command | TriggerFailed>(triggers, signs),
        (command$) => (ends ? event$ : pipeline(event$, received)(command$)),
      );
      expectObservable(result$).toBe(expected, events);
    });
    expect(received).toEqual(asked);
  });

  it('merges what is commanded with what is triggered', () => {
    const received: string[] = [];
    virtually(({ cold, expectObservable }) => {
      const triggers$ = cold<Command>('--R', commands);
      expectObservable(withTriggers(cold<Command>('-S', commands), () => triggers$, pipeline(NEVER, received))).toBe(
        '-',
      );
    });
    expect(received).toEqual(['stop', 'restart']);
  });

  it('lets go of the triggers when the pipeline ends', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const triggers$ = cold<Command>('-----R', commands);
      expectObservable(
        withTriggers(
          NEVER,
          () => triggers$,
          () => cold<ChildEvent>('s--|', events),
        ),
      ).toBe('s--|', events);
      expectSubscriptions(triggers$.subscriptions).toBe('^--!');
    });
  });

  it('and of both when it is unsubscribed from', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const triggers$ = cold<Command>('-----R', commands);
      const event$ = cold<ChildEvent>('s', events);
      expectObservable(
        withTriggers(
          NEVER,
          () => triggers$,
          () => event$,
        ),
        '^--!',
      ).toBe('s', events);
      expectSubscriptions(triggers$.subscriptions).toBe('^--!');
      expectSubscriptions(event$.subscriptions).toBe('^--!');
    });
  });

  it('an event that leads to a command comes before it, to everybody', () => {
    const received: string[] = [];
    virtually(({ cold }) => {
      const triggers$ = (event$: Observable<ChildEvent>): Observable<Command> =>
        event$.pipe(
          filter(({ type }) => type === 'spawned'),
          map(() => restart),
        );
      withTriggers(NEVER, triggers$, pipeline(cold<ChildEvent>('s', events), received)).subscribe(({ type }) =>
        received.push(type),
      );
    });
    expect(received).toEqual(['spawned', 'restart']);
  });

  it('passes errors on, and what the functions throw', () => {
    virtually(({ expectObservable }) => {
      const error = new Error('no');
      const fails$ = throwError(() => error);
      const boom = (): never => {
        throw error;
      };
      expectObservable(withTriggers(NEVER, () => fails$, pipeline(NEVER))).toBe('#', undefined, error);
      expectObservable(
        withTriggers(
          NEVER,
          () => EMPTY,
          () => fails$,
        ),
      ).toBe('#', undefined, error);
      expectObservable(withTriggers(fails$, () => EMPTY, pipeline(NEVER))).toBe('#', undefined, error);
      expectObservable(withTriggers(NEVER, boom, pipeline(of(spawned)))).toBe('#', undefined, error);
      expectObservable(withTriggers(NEVER, () => timer(9).pipe(ignoreElements()), boom)).toBe('#', undefined, error);
    });
  });
});
