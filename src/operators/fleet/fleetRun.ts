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
import { isCount } from '../../model/checks.js';
import type { EventOrigin } from '../../model/childEvent.js';
import type { Restart, Stop } from '../../model/command.js';
import type { FleetCommand, FleetEvent, Reload, Scale } from '../../model/fleetEvent.js';
import { show } from '../../model/show.js';
import { MAX_INSTANCES } from '../../model/spec/instance.js';
import type { Member } from '../groups/member.js';
import { type FleetInstance, fleetInstanceStarter } from './fleetInstances.js';

/** A fleet from its start to its end. What takes time is a job, and jobs wait for their turn; a stop waits for nothing. */
export function fleetRun$(
  instance: (index: number) => Member,
  { instances, name }: FleetOptions,
  command$: Observable<FleetCommand>,
): Observable<FleetEvent> {
  return new Observable((subscriber) => {
    /** Who holds which place; and all who live, those that come and those that go included. */
    const current = new Map<number, FleetInstance>();
    const alive = new Set<FleetInstance>();
    const job$$ = new Subject<Observable<FleetEvent>>();
    const stop$ = new Subject<true>();
    let target = 0;
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
    const startInstance = fleetInstanceStarter({ instance, onEvent: next, onError: error });

    subscriber.add(job$$.pipe(concatMap(done$), takeUntil(stop$)).subscribe({ next, error }));
    subscriber.add(command$.subscribe({ next: onCommand, error }));
    enqueue(scaled$({ type: 'scale', instances }));

    function onCommand(command: FleetCommand): void {
      if (command.type === 'stop') stop(command);
      else if (stopping) return;
      else if (command.type === 'scale') enqueue(scaled$(command));
      else if (command.type === 'reload') enqueue(reloaded$(command));
      else if (command.type === 'restart') enqueue(restarted$(command));
      else for (const hand of alive) hand.send(command);
    }

    function stop(command: Stop): void {
      stopping = true;
      stop$.next(true);
      for (const hand of alive) hand.send(command);
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
      if (alive.size > 0 || !(stopping || (waiting === 0 && target > 0))) return;
      if (failure === undefined) subscriber.complete();
      else subscriber.error(failure.error);
    }

    function scaled$({ instances }: Scale): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(instances) || instances > MAX_INSTANCES)
          return refused$('scale', `${show(instances)} is no number of instances`);
        target = instances;
        const more = indices().filter((index) => !current.has(index));
        const fewer = [...current.values()].filter(({ index }) => index >= target);
        const fresh = more.map((index) => {
          const hand = started(index);
          if (alive.has(hand)) current.set(index, hand);
          return hand.first$.pipe(ignoreElements());
        });
        return merge(...fresh, ...fewer.map(ended$));
      });
    }

    function reloaded$({ parallel = 1 }: Reload): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(parallel) || parallel === 0 || parallel > MAX_INSTANCES)
          return refused$('reload', `parallel: ${show(parallel)} is no number`);
        reloads += 1;
        let failed = false;
        const replaced$ = (index: number): Observable<FleetEvent> =>
          defer(() => {
            const old = current.get(index);
            const fresh = started(index);
            return fresh.first$.pipe(
              concatMap((ready): Observable<FleetEvent> => {
                if (ready) {
                  current.set(index, fresh);
                  return old === undefined ? EMPTY : ended$(old);
                }
                failed = true;
                return concat(ended$(fresh), of({ type: 'reloadFailed' as const, instance: index, ...origin() }));
              }),
            );
          });
        return concat(
          of({ type: 'reloading' as const, instances: target, ...origin() }),
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
          const hand = current.get(index);
          if (hand === undefined) return EMPTY;
          const send$ = defer(() => {
            hand.send(command);
            return EMPTY;
          });
          return merge(hand.outcome$().pipe(ignoreElements()), send$);
        }),
      );
    }

    function refused$(command: 'scale' | 'reload', reason: string): Observable<FleetEvent> {
      return of({ type: 'refused', command, reason, ...origin() });
    }

    function started(index: number): FleetInstance {
      const hand = startInstance(index);
      alive.add(hand);
      hand.end$.subscribe({
        error,
        next: () => {
          alive.delete(hand);
          if (current.get(index) === hand) current.delete(index);
          settle();
        },
      });
      return hand;
    }

    function indices(): number[] {
      return Array.from({ length: target }, (_, index) => index);
    }
  });
}

function ended$(instance: FleetInstance): Observable<never> {
  return defer(() => {
    instance.send({ type: 'stop' });
    return instance.end$.pipe(ignoreElements());
  });
}

export interface FleetOptions {
  /** How many instances to begin with: 0 or more. */
  readonly instances: number;
  /** For the events of its reloads. Default: none. */
  readonly name?: string | undefined;
}
