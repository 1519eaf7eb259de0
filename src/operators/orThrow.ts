import { concat, defer, mergeMap, type MonoTypeOperatorFunction, of, throwError } from 'rxjs';
import { type ChildEvent, type GaveUp, isTerminal } from '../model/childEvent.js';
import { ExitError } from '../model/errors.js';
import { describeRunEnd, type RunEnd, trackRunEnd, unknownEnd } from '../model/runEnd.js';

/**
 * Turns `gaveUp` into an error, so that a failed child ends the pipeline.
 *
 * ```text
 * source      -s-(xg|)
 * orThrow()   -s-(xg#)
 * ```
 *
 * The error describes the last run: `exit` has the exit code or signal, `stderr` has its last lines, and `cause` says why it
 * could not be started or was ended. In a merge of several children, the operator distinguishes them by `id` (events of a
 * supervisor) or by `name`.
 *
 * @throws {@link ExitError} with code `ERR_GAVE_UP`, after the `gaveUp` event; errors of the source
 * @example
 * ```ts
 * import { ExitError, managed$, orThrow } from 'rxvisor';
 *
 * managed$({ command: 'sh', args: ['-c', 'echo no luck >&2; exit 3'], restartAt: [] })
 *   .pipe(orThrow())
 *   .subscribe({
 *     error: (error: unknown) => {
 *       if (error instanceof ExitError) console.log(error.exit, error.stderr); // { code: 3, signal: null } [ 'no luck' ]
 *     },
 *   });
 * ```
 */
export function orThrow(): MonoTypeOperatorFunction<ChildEvent> {
  return (event$) =>
    defer(() => {
      const ends = runEndTracker();
      return event$.pipe(
        mergeMap((event) => {
          if (event.type !== 'gaveUp') {
            ends.track(event);
            return of(event);
          }
          return concat(
            of(event),
            throwError(() => errorOf(event, ends.endOf(event))),
          );
        }),
      );
    });
}

function errorOf({ name, attempt, reason }: GaveUp, end: RunEnd): ExitError {
  const message = `${name ?? 'child'}: given up after run ${String(attempt)}: ${why[reason]}.${describeRunEnd(end)}`;
  return new ExitError('ERR_GAVE_UP', message, end);
}

const why: Readonly<Record<GaveUp['reason'], string>> = {
  never: 'its schedule allows no restart',
  limit: 'restart limit reached',
  permanent: 'it ended in a way that no restart repairs',
  dependency: 'the child it should start after will never be ready',
};

/**
 * The maximum number of ended children that are kept. Not every end is followed by `gaveUp`, so the map would grow without a
 * limit.
 */
const MAX_ENDED = 100;

/** Tracks how the last run of each child ended. */
function runEndTracker(): {
  readonly track: (event: ChildEvent) => void;
  readonly endOf: (event: ChildEvent) => RunEnd;
} {
  const running = new Map<unknown, RunEnd>();
  const ended = new Map<unknown, RunEnd>();
  return {
    track: (event) => {
      const child = childOf(event);
      const end = trackRunEnd(running.get(child), event);
      if (isTerminal(event)) {
        running.delete(child);
        ended.delete(child);
        ended.set(child, end);
        if (ended.size > MAX_ENDED) ended.delete(ended.keys().next().value);
      } else if (event.type === 'spawned' || !ended.has(child)) {
        ended.delete(child);
        running.set(child, end);
      }
    },
    endOf: (event) => ended.get(childOf(event)) ?? unknownEnd,
  };
}

function childOf(event: ChildEvent): unknown {
  return 'id' in event ? event.id : event.name;
}
