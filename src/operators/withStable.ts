import {
  connect,
  endWith,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';
import type { ChildEvent, Stable } from '../model/childEvent.js';
import { originOf } from '../model/originOf.js';

/**
 * Adds `stable` to the events of a run, once, when a condition is fulfilled that is waited for from `spawned` on.
 *
 * @param condition$ is given the events of the run; its first value fulfils it
 * @param isOver an event after which it is too late
 */
export function withStable(
  condition$: (run$: Observable<ChildEvent>) => Observable<unknown>,
  isOver: (event: ChildEvent) => boolean,
): MonoTypeOperatorFunction<ChildEvent> {
  return connect((event$) =>
    merge(
      event$,
      event$.pipe(
        filter((event) => event.type === 'spawned'),
        switchMap((event) =>
          condition$(event$).pipe(
            take(1),
            map((): Stable => ({ type: 'stable', ...originOf(event) })),
          ),
        ),
        takeUntil(event$.pipe(filter(isOver), endWith(true))),
      ),
    ),
  );
}
