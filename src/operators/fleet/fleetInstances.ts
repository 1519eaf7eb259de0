import { filter, map, merge, type Observable, observeOn, queueScheduler, ReplaySubject, Subject, take } from 'rxjs';
import type { ChildEvent } from '../../model/childEvent.js';
import type { Command } from '../../model/command.js';
import { isStartResult } from '../../model/startProgress.js';
import type { Member } from '../groups/member.js';

/** One instance that has been started. */
export interface FleetInstance {
  readonly index: number;
  readonly send: (command: Command) => void;
  /** Whether it gets ready, for the first time from now on: once. */
  readonly outcome$: () => Observable<boolean>;
  /** Whether it got ready the first time: once, whenever it is asked for. */
  readonly first$: Observable<boolean>;
  /** It has ended, and nothing will follow: once, whenever it is asked for. */
  readonly end$: Observable<unknown>;
}

export interface FleetInstanceContext {
  readonly instance: (index: number) => Member;
  readonly onEvent: (event: ChildEvent & { readonly instance: number }) => void;
  readonly onError: (error: unknown) => void;
}

/** Starts instances. Each is subscribed to until it has ended by itself, or by being told to. */
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
