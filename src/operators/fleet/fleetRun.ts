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

/** The options of {@link fleet}. */
export interface FleetOptions {
  /** The number of instances at the start: 0 or more. */
  readonly instances: number;
  /** The name in the events of reloads. Default: none. */
  readonly name?: string | undefined;
}

/** Runs a fleet. Commands that take time are jobs, which run one at a time. A stop does not wait. */
export function fleetRun$(
  instance: (index: number) => Member,
  { instances, name }: FleetOptions,
  command$: Observable<FleetCommand>,
): Observable<FleetEvent> {
  return new Observable((subscriber) => {
    /** The current instance of each number. */
    const current = new Map<number, FleetInstance>();
    /** All live instances: also those that a reload is starting or stopping. */
    const alive = new Set<FleetInstance>();
    const job$$ = new Subject<Observable<FleetEvent>>();
    const stop$ = new Subject<true>();
    let target = 0;
    let openJobs = 0;
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

    subscriber.add(job$$.pipe(concatMap(runJob$), takeUntil(stop$)).subscribe({ next, error }));
    subscriber.add(command$.subscribe({ next: onCommand, error }));
    enqueue(scaled$({ type: 'scale', instances }));

    function onCommand(command: FleetCommand): void {
      if (command.type === 'stop') stop(command);
      else if (stopping) return;
      else if (command.type === 'scale') enqueue(scaled$(command));
      else if (command.type === 'reload') enqueue(reloaded$(command));
      else if (command.type === 'restart') enqueue(restarted$(command));
      else for (const instance of alive) instance.send(command);
    }

    function stop(command: Stop): void {
      stopping = true;
      stop$.next(true);
      for (const instance of alive) instance.send(command);
      completeIfDone();
    }

    function enqueue(job$: Observable<FleetEvent>): void {
      openJobs += 1;
      job$$.next(job$);
    }

    function runJob$(job$: Observable<FleetEvent>): Observable<FleetEvent> {
      return concat(
        job$,
        defer(() => {
          openJobs -= 1;
          completeIfDone();
          return EMPTY;
        }),
      );
    }

    function completeIfDone(): void {
      if (alive.size > 0 || !(stopping || (openJobs === 0 && target > 0))) return;
      if (failure === undefined) subscriber.complete();
      else subscriber.error(failure.error);
    }

    function scaled$({ instances }: Scale): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(instances) || instances > MAX_INSTANCES)
          return refused$('scale', `${show(instances)} is not a number of instances`);
        target = instances;
        const missing = indices().filter((index) => !current.has(index));
        const surplus = [...current.values()].filter(({ index }) => index >= target);
        const starts = missing.map((index) => {
          const instance = start(index);
          if (alive.has(instance)) current.set(index, instance);
          return instance.first$.pipe(ignoreElements());
        });
        return merge(...starts, ...surplus.map(stopInstance$));
      });
    }

    function reloaded$({ parallel = 1 }: Reload): Observable<FleetEvent> {
      return defer(() => {
        if (!isCount(parallel) || parallel === 0 || parallel > MAX_INSTANCES)
          return refused$('reload', `parallel: ${show(parallel)} is not a number of instances`);
        reloads += 1;
        let failed = false;
        const replace$ = (index: number): Observable<FleetEvent> =>
          defer(() => {
            const old = current.get(index);
            const replacement = start(index);
            return replacement.first$.pipe(
              concatMap((ready): Observable<FleetEvent> => {
                if (ready) {
                  current.set(index, replacement);
                  return old === undefined ? EMPTY : stopInstance$(old);
                }
                failed = true;
                return concat(
                  stopInstance$(replacement),
                  of({ type: 'reloadFailed' as const, instance: index, ...origin() }),
                );
              }),
            );
          });
        return concat(
          of({ type: 'reloading' as const, instances: target, ...origin() }),
          from(indices()).pipe(
            bufferCount(parallel),
            concatMap((batch) => (failed ? EMPTY : merge(...batch.map(replace$)))),
          ),
          defer(() => (failed ? EMPTY : of({ type: 'reloaded' as const, ...origin() }))),
        );
      });
    }

    /** An instance that does not become ready again restarts by its own schedule; the job goes on with the next one. */
    function restarted$(command: Restart): Observable<FleetEvent> {
      return defer(() => from(indices())).pipe(
        concatMap((index) => {
          const instance = current.get(index);
          if (instance === undefined) return EMPTY;
          const send$ = defer(() => {
            instance.send(command);
            return EMPTY;
          });
          return merge(instance.outcome$().pipe(ignoreElements()), send$);
        }),
      );
    }

    function refused$(command: 'scale' | 'reload', reason: string): Observable<FleetEvent> {
      return of({ type: 'refused', command, reason, ...origin() });
    }

    function start(index: number): FleetInstance {
      const instance = startInstance(index);
      alive.add(instance);
      instance.end$.subscribe({
        error,
        next: () => {
          alive.delete(instance);
          if (current.get(index) === instance) current.delete(index);
          completeIfDone();
        },
      });
      return instance;
    }

    function indices(): number[] {
      return Array.from({ length: target }, (_, index) => index);
    }
  });
}

function stopInstance$(instance: FleetInstance): Observable<never> {
  return defer(() => {
    instance.send({ type: 'stop' });
    return instance.end$.pipe(ignoreElements());
  });
}
