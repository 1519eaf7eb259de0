import { defer, Observable, type OperatorFunction, ReplaySubject } from 'rxjs';
import { checkArgument } from '../model/check.js';
import { callback } from '../model/checks.js';
import type { Stop } from '../model/command.js';

/**
 * Runs one child for each value, one after the other. A new value stops the current child; the next one starts when it has ended.
 *
 * ```text
 * source                    a---------b--------|
 * switchManaged((value,     s-r-------p--x|            a's events: p is stopping, x exited
 *   command$) => ...)                     s-r----x|    b's: b starts when a has ended, so that a's port is free
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
 * @param project returns the events of a child. It must use `command$`, which emits `stop` when the child has to end. To send
 * commands of your own, `merge` them with it
 * @throws RxvisorError with code `ERR_OPTION` if `project` is not a function
 * @throws errors of a child, and errors that `project` throws
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
      let child: { readonly stop$: ReplaySubject<Stop>; isStopping: boolean } | undefined;
      let next: { readonly value: T } | undefined;
      let failed = false;
      let finish: (() => void) | undefined;
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
            finish = () => subscriber.error(error);
            advance();
          },
          complete: () => {
            finish = () => subscriber.complete();
            advance();
          },
        }),
      );

      /** Not reentrant: a child may end or a value arrive during a step. The loop then makes another step. */
      function advance(): void {
        if (advancing) return;
        advancing = true;
        while (!subscriber.closed && step());
        advancing = false;
      }

      function step(): boolean {
        if (child !== undefined) {
          if (child.isStopping || !(failed || next !== undefined)) return false;
          child.isStopping = true;
          child.stop$.next({ type: 'stop' });
        } else if (next !== undefined) {
          const { value } = next;
          next = undefined;
          start(value);
        } else {
          finish?.();
          return false;
        }
        return true;
      }

      function start(value: T): void {
        // Replayed: the child may have to stop before it subscribes.
        const stop$ = new ReplaySubject<Stop>(1);
        child = { stop$, isStopping: false };
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
