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
import type { Effects } from '../model/effects.js';

/**
 * Effects that do not read the output of a program while the last value of `full$` is true. When the program exits, they read the
 * rest in any case: a slow reader must not delay the next run.
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
