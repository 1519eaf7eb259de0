import { defer, Observable, type OperatorFunction, ReplaySubject } from 'rxjs';
import { checkArgument } from '../model/check.js';
import { callback } from '../model/checks.js';
import type { Stop } from '../model/command.js';

/**
 * Runs one child for each value, one after the other: a new value stops the child of the value before, and the next child starts
 * only when that one has ended.
 *
 * ```text
 * source                    a---------b--------|
 * switchManaged((value,     s-r-------p--x|            a's events: p is stopping, x exited
 *   command$) => ...)                     s-r----x|    b's: started when a has ended, so that a's port is free
 * ```
 *
 * - If several values arrive while a child stops, only the last one starts a child.
 * - When a child ends by itself, no child runs until the next value.
 * - When the source completes, the last child keeps running; the result completes when it has ended.
 * - When the source fails, the child is stopped, and the error is passed on when it has ended.
 * - Unsubscribing unsubscribes from the child; `managed$` then stops it.
 *
 * `switchMap` would start the new child while the old one still stops: it unsubscribes and does not wait.
 *
 * @param project makes the events of a child. It must pass on `command$`, which emits `stop` when the child has to end. `merge`
 * it with commands of your own
 * @throws errors of a child, and what `project` throws
 * @see https://rxjs.dev/api/operators/switchMap
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { managed$, switchManaged } from 'rxvisor';
 *
 * of('8080', '8081')
 *   .pipe(switchManaged((port, command$) => managed$({ command: 'sleep', args: ['60'], env: { PORT: port } }, command$)))
 *   .subscribe((event) => {
 *     console.log(event.type); // spawned, stopping, exited, spawned, ready
 *   });
 * ```
 */
export function switchManaged<T, R>(
  project: (value: T, command$: Observable<Stop>) => Observable<R>,
): OperatorFunction<T, R> {
  checkArgument('project', project, callback);
  return (source$) =>
    new Observable((subscriber) => {
      let child: { readonly stop$: ReplaySubject<Stop>; asked: boolean } | undefined;
      let next: { readonly value: T } | undefined;
      let failed = false;
      let over: (() => void) | undefined;
      let advancing = false;

      subscriber.add(
        source$.subscribe({
          next: (value) => {
            next = { value };
            advance();
          },
          error: (error: unknown) => {
            next = undefined;
            failed = true;
            over = () => subscriber.error(error);
            advance();
          },
          complete: () => {
            over = () => subscriber.complete();
            advance();
          },
        }),
      );

      /** A child may end, and a value come, while one is started or stopped: then there is one more step, and no recursion. */
      function advance(): void {
        if (advancing) return;
        advancing = true;
        while (!subscriber.closed && step());
        advancing = false;
      }

      function step(): boolean {
        if (child !== undefined) {
          if (child.asked || !(failed || next !== undefined)) return false;
          child.asked = true;
          child.stop$.next({ type: 'stop' });
        } else if (next !== undefined) {
          const { value } = next;
          next = undefined;
          start(value);
        } else {
          over?.();
          return false;
        }
        return true;
      }

      function start(value: T): void {
        // Replayed: a child may have to go before it listens.
        const stop$ = new ReplaySubject<Stop>(1);
        child = { stop$, asked: false };
        subscriber.add(
          defer(() => project(value, stop$.asObservable())).subscribe({
            next: (event) => subscriber.next(event),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              child = undefined;
              advance();
            },
          }),
        );
      }
    });
}
