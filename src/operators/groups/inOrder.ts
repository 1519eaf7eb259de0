import { Observable, observeOn, of, queueScheduler, Subject } from 'rxjs';
import type { Command, Stop } from '../../model/command.js';
import type { GroupPart, PartFailed, PartNotice } from './member.js';

/**
 * Makes one part of many: each starts when the one before is ready, and they stop in reverse order.
 *
 * @param wrap is applied to each part together with all later ones. Default: no change
 */
export function startInOrder(
  parts: readonly GroupPart[],
  wrap: (part$: GroupPart) => GroupPart = (part$) => part$,
): GroupPart {
  return parts.reduceRight((tail$, head$) => wrap(inOrder(head$, tail$)), empty$);
}

/**
 * Makes one part of two: `tail$` starts when `head$` is ready or has completed, and stops before `head$`.
 *
 * ```text
 * command$   -------S
 * head       s--r---------p-q|      stops when tail has ended
 * tail          s-r-p---q|          starts at r of head
 * ```
 *
 * If one of them fails, the other is stopped, and then the whole has failed. If one completes, the other keeps running.
 */
export function inOrder(head$: GroupPart, tail$: GroupPart): GroupPart {
  return (command$) =>
    new Observable<PartNotice>((subscriber) => {
      const head: ChainPart = { part$: head$, command$: new Subject(), state: 'waiting' };
      const tail: ChainPart = { part$: tail$, command$: new Subject(), state: 'waiting' };
      let stop: Stop | undefined;
      let failed: PartFailed | undefined;

      const run = (part: ChainPart, onReady: () => void): void => {
        part.state = 'running';
        // Queued: a part that emits during its subscription can already receive a stop.
        queueScheduler.schedule(() => {
          subscriber.add(
            part
              .part$(part.command$)
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
          if (tail.state === 'waiting') run(tail, () => subscriber.next({ type: 'ready' }));
        } else {
          if (tail.state === 'waiting') tail.state = 'over';
          const next = [tail, head].find(({ state }) => state === 'running');
          next?.command$.next(stop ?? { type: 'stop' });
        }
        if (head.state === 'over' && tail.state === 'over') {
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
              for (const part of [head, tail]) if (part.state === 'running') part.command$.next(command);
            }
          },
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      run(head, proceed);
    });
}

interface ChainPart {
  readonly part$: GroupPart;
  readonly command$: Subject<Command>;
  state: 'waiting' | 'running' | 'over';
}

/** The part of an empty group: ready at once, and completed. */
const empty$: GroupPart = () => of({ type: 'ready' });
