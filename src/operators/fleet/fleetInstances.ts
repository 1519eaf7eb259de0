import { filter, map, merge, type Observable, observeOn, queueScheduler, ReplaySubject, Subject, take } from 'rxjs';
import type { ChildEvent } from '../../model/childEvent.js';
import type { Command } from '../../model/command.js';
import { isStartResult } from '../../model/startProgress.js';
import type { Member } from '../groups/member.js';

/** A started instance of a fleet. */
export interface FleetInstance {
  readonly index: number;
  readonly send: (command: Command) => void;
  /** Emits once, for the next start from now on: true when it is ready, false when it has ended before. */
  readonly outcome$: () => Observable<boolean>;
  /** The outcome of its first start. Replayed. */
  readonly first$: Observable<boolean>;
  /** Emits once, when it has ended and no run will follow. Replayed. */
  readonly end$: Observable<unknown>;
}

/** What the instances of a fleet share. */
export interface FleetInstanceContext {
  readonly instance: (index: number) => Member;
  readonly onEvent: (event: ChildEvent & { readonly instance: number }) => void;
  readonly onError: (error: unknown) => void;
}

/** Returns a function that starts the instance of a number. Its subscription lasts until the instance has ended. */
export function fleetInstanceStarter({
  instance,
  onEvent,
  onError,
}: FleetInstanceContext): (index: number) => FleetInstance {
  return (index) => {
    const command$ = new Subject<Command>();
    const event$ = new Subject<ChildEvent>();
    const first$ = new ReplaySubject<boolean>(1);
    const end$ = new ReplaySubject<true>(1);
    const outcome$ = (): Observable<boolean> =>
      merge(
        event$.pipe(
          filter(isStartResult),
          map(({ type }) => type === 'ready'),
        ),
        end$.pipe(map(() => false)),
      ).pipe(take(1));
    const end = (): void => {
      end$.next(true);
      end$.complete();
      event$.complete();
    };
    outcome$().subscribe(first$);
    instance(index)(command$)
      .pipe(observeOn(queueScheduler))
      .subscribe({
        next: (event) => {
          onEvent({ ...event, instance: index });
          event$.next(event);
        },
        error: (error: unknown) => {
          onError(error);
          end();
        },
        complete: end,
      });
    return {
      index,
      send: (command) => {
        command$.next(command);
      },
      outcome$,
      first$,
      end$,
    };
  };
}
