import {
  bufferCount,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  merge,
  Observable,
  of,
  Subject,
  takeUntil,
} from 'rxjs';
import type { Restart, Stop } from '../model/command.js';
import type { EventOrigin } from '../model/childEvent.js';
import type { FleetCommand, FleetEvent, Reload, Scale } from '../model/fleetEvent.js';
import { isCount } from '../model/isCount.js';
import { MOST_INSTANCES } from '../model/mostInstances.js';
import { show } from '../model/show.js';
import { crew, type Hand } from './crew.js';
import type { FleetOptions } from './fleet.js';
import type { Member } from './memberLife.js';

/** A fleet from its start to its end. What takes time is a job, and jobs wait for their turn; a stop waits for nothing. */
export function fleetLife$(
  instance: (index: number) => Member,
  { instances, name }: FleetOptions,
  command$: Observable<FleetCommand>,
): Observable<FleetEvent> {
  return new Observable((subscriber) => {
    /** Who holds which place; and all who live, those that come and those that go included. */
    const places = new Map<number, Hand>();
    const alive = new Set<Hand>();
    const job$$ = new Subject<Observable<FleetEvent>>();
    const stop$ = new Subject<true>();
    let wanted = 0;
    let waiting = 0;
    let reloads = 0;
    let stopping = false;
    let failure: { readonly error: unknown } | undefined;
    const origin = (): EventOrigin => (name === undefined ? { attempt: reloads } : { name, attempt: reloads });
    const next = (event: FleetEvent): void => {
      subscriber.next(event);
    };
    const error = (error: unknown): void => {
      failure ??= { error };
      stop({ type: 'stop' });
    };
    const hire = crew({ instance, onEvent: next, onError: error });

    subscriber.add(job$$.pipe(concatMap(done$), takeUntil(stop$)).subscribe({ next, error }));
    subscriber.add(command$.subscribe({ next: hear, error }));
    enqueue(scaled$({ type: 'scale', instances }));

    function hear(command: FleetCommand): void {
      if (command.type === 'stop') stop(command);
      else if (stopping) return;
      else if (command.type === 'scale') enqueue(scaled$(command));
      else if (command.type === 'reload') enqueue(reloaded$(command));
      else if (command.type === 'restart') enqueue(restarted$(command));
      else for (const hand of alive) hand.tell(command);
    }

    function stop(command: Stop): void {
      stopping = true;
      stop$.next(true);
      for (const hand of alive) hand.tell(command);
      settle();
    }

    function enqueue(job$: Observable<FleetEvent>): void {
      waiting += 1;
      job$$.next(job$);
    }

    function done$(job$: Observable<FleetEvent>): Observable<FleetEvent> {
      return concat(
        job$,
        defer(() => {
          waiting -= 1;
          settle();
          return EMPTY;
        }),
      );
    }

    function settle(): void {
      if (alive.size > 0 || !(stopping || (waiting === 0 && wanted > 0))) return;
      if (failure === undefined) subscriber.complete();
      else subscriber.error(failure.error);
    }

    function scaled$({ instances }: Scale): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(instances) || instances > MOST_INSTANCES)
          return refused$('scale', `${show(instances)} is no number of instances`);
        wanted = instances;
        const more = indices().filter((index) => !places.has(index));
        const fewer = [...places.values()].filter(({ index }) => index >= wanted);
        const fresh = more.map((index) => {
          const hand = started(index);
          if (alive.has(hand)) places.set(index, hand);
          return hand.first$.pipe(ignoreElements());
        });
        return merge(...fresh, ...fewer.map(ended$));
      });
    }

    function reloaded$({ parallel = 1 }: Reload): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(parallel) || parallel === 0 || parallel > MOST_INSTANCES)
          return refused$('reload', `parallel: ${show(parallel)} is no number`);
        reloads += 1;
        let failed = false;
        const replaced$ = (index: number): Observable<FleetEvent> =>
          defer(() => {
            const old = places.get(index);
            const fresh = started(index);
            return fresh.first$.pipe(
              concatMap((ready): Observable<FleetEvent> => {
                if (ready) {
                  places.set(index, fresh);
                  return old === undefined ? EMPTY : ended$(old);
                }
                failed = true;
                return concat(ended$(fresh), of({ type: 'reloadFailed' as const, instance: index, ...origin() }));
              }),
            );
          });
        return concat(
          of({ type: 'reloading' as const, instances: wanted, ...origin() }),
          from(indices()).pipe(
            bufferCount(parallel),
            concatMap((batch) => (failed ? EMPTY : merge(...batch.map(replaced$)))),
          ),
          defer(() => (failed ? EMPTY : of({ type: 'reloaded' as const, ...origin() }))),
        );
      });
    }

    /** Whoever does not get ready again heals by the schedule; the others are not held up. */
    function restarted$(command: Restart): Observable<FleetEvent> {
      return defer(() => from(indices())).pipe(
        concatMap((index) => {
          const hand = places.get(index);
          if (hand === undefined) return EMPTY;
          const told$ = defer(() => {
            hand.tell(command);
            return EMPTY;
          });
          return merge(hand.outcome$().pipe(ignoreElements()), told$);
        }),
      );
    }

    function refused$(command: 'scale' | 'reload', reason: string): Observable<FleetEvent> {
      return of({ type: 'refused', command, reason, ...origin() });
    }

    function started(index: number): Hand {
      const hand = hire(index);
      alive.add(hand);
      hand.end$.subscribe({
        error,
        next: () => {
          alive.delete(hand);
          if (places.get(index) === hand) places.delete(index);
          settle();
        },
      });
      return hand;
    }

    function indices(): number[] {
      return Array.from({ length: wanted }, (_, index) => index);
    }
  });
}

function ended$(hand: Hand): Observable<never> {
  return defer(() => {
    hand.tell({ type: 'stop' });
    return hand.end$.pipe(ignoreElements());
  });
}
