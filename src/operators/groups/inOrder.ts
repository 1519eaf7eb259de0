import { Observable, observeOn, of, queueScheduler, Subject } from 'rxjs';
import type { Command, Stop } from '../../model/command.js';
import type { GroupPart, PartFailed, PartNotice } from './member.js';

interface ChainPart {
  readonly life$: GroupPart;
  readonly command$: Subject<Command>;
  state: 'waiting' | 'running' | 'over';
}

/**
 * One part, and after it the next: `tail$` is started once `head$` is ready, or done, and is stopped before it.
 *
 * ```text
 * command$   -------S
 * head       s--r---------p-q|
 * tail          s-r-p---q|          started at r; head is stopped once it has gone
 * ```
 *
 * When either fails, the other is stopped, and then both have failed. One that is done leaves the other as it is.
 */
export function inOrder(head$: GroupPart, tail$: GroupPart): GroupPart {
  return (command$) =>
    new Observable<PartNotice>((subscriber) => {
      const first: ChainPart = { life$: head$, command$: new Subject(), state: 'waiting' };
      const rest: ChainPart = { life$: tail$, command$: new Subject(), state: 'waiting' };
      let stop: Stop | undefined;
      let failed: PartFailed | undefined;

      const run = (part: ChainPart, onReady: () => void): void => {
        part.state = 'running';
        // Through the queue: whatever a part says while it is being subscribed to, it can be told to stop.
        queueScheduler.schedule(() => {
          subscriber.add(
            part
              .life$(part.command$)
              .pipe(observeOn(queueScheduler))
              .subscribe({
                next: (notice) => {
                  if (notice.type === 'event') subscriber.next(notice);
                  else if (notice.type === 'ready') onReady();
                  else failed ??= notice;
                },
                error: (error: unknown) => subscriber.error(error),
                complete: () => {
                  part.state = 'over';
                  proceed();
                },
              }),
          );
        });
      };

      const proceed = (): void => {
        if (stop === undefined && failed === undefined) {
          if (rest.state === 'waiting') run(rest, () => subscriber.next({ type: 'ready' }));
        } else {
          if (rest.state === 'waiting') rest.state = 'over';
          const next = [rest, first].find(({ state }) => state === 'running');
          next?.command$.next(stop ?? { type: 'stop' });
        }
        if (first.state === 'over' && rest.state === 'over') {
          if (failed !== undefined && stop === undefined) subscriber.next(failed);
          subscriber.complete();
        }
      };

      subscriber.add(
        command$.subscribe({
          next: (command) => {
            if (command.type === 'stop') {
              stop = command;
              proceed();
            } else {
              for (const part of [first, rest]) if (part.state === 'running') part.command$.next(command);
            }
          },
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      run(first, proceed);
    });
}

/** What is ready from the first, and done. */
const nothing$: GroupPart = () => of({ type: 'ready' });

/**
 * Many parts, each after the one before.
 *
 * @param around what is put around each part and all that come after it. Default: nothing
 */
export function startInOrder(
  parts: readonly GroupPart[],
  around: (life$: GroupPart) => GroupPart = (life$) => life$,
): GroupPart {
  return parts.reduceRight((tail$, head$) => around(inOrder(head$, tail$)), nothing$);
}
