import {
  combineLatest,
  distinctUntilChanged,
  endWith,
  map,
  type Observable,
  ReplaySubject,
  takeUntil,
  tap,
} from 'rxjs';
import type { Effects } from '../effects.js';

/**
 * The same effects, but that the output of a program is not read while `full$` is true. What a program has left when it ends
 * is read in any case: a reader that is stuck must not hold up the next run.
 */
export function withPausedOutput(full$: Observable<boolean>, effects: Effects): Effects {
  return {
    ...effects,
    spawn: (launch, reading) => {
      const ended$ = new ReplaySubject<void>(1);
      const held$ = full$.pipe(takeUntil(ended$), endWith(false));
      const pause$ = combineLatest([reading.pause$, held$]).pipe(
        map((pauses) => pauses.includes(true)),
        distinctUntilChanged(),
      );
      const process = effects.spawn(launch, { ...reading, pause$ });
      const processEvent$ = process.processEvent$.pipe(
        tap(({ type }) => {
          if (type === 'exit') ended$.next();
        }),
      );
      return { ...process, processEvent$ };
    },
  };
}
