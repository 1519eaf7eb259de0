import { concat, defer, mergeMap, type MonoTypeOperatorFunction, of, throwError } from 'rxjs';
import { type ChildEvent, type GaveUp, isTerminal } from '../model/childEvent.js';
import { ExitError } from '../model/errors.js';
import { describeRunEnd, type RunEnd, trackRunEnd, unknownEnd } from '../model/runEnd.js';

/**
 * Turns `gaveUp` into an error, for those who want a child that cannot be kept alive to take the pipeline down.
 *
 * ```text
 * source      -s-(xg|)
 * orThrow()   -s-(xg#)
 * ```
 *
 * The error says how the last run ended: `exit` has its exit code or signal, `stderr` its last lines, and `cause` why it
 * could not be started or was ended. In a merge of many children, those of a supervisor are told apart by `id`, others by `name`.
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
      const ends = runEnds();
      return event$.pipe(
        mergeMap((event) => {
          if (event.type !== 'gaveUp') {
            ends.note(event);
            return of(event);
          }
          return concat(
            of(event),
            throwError(() => errorOf(event, ends.of(event))),
          );
        }),
      );
    });
}

/** `gaveUp` follows some ends and not others: the ends of as many children are kept. */
const ENDED = 100;

/** How the last run of each child ended. */
function runEnds(): {
  readonly note: (event: ChildEvent) => void;
  readonly of: (event: ChildEvent) => RunEnd;
} {
  const running = new Map<unknown, RunEnd>();
  const ended = new Map<unknown, RunEnd>();
  return {
    note: (event) => {
      const child = childOf(event);
      const end = trackRunEnd(running.get(child), event);
      if (isTerminal(event)) {
        running.delete(child);
        ended.delete(child);
        ended.set(child, end);
        if (ended.size > ENDED) ended.delete(ended.keys().next().value);
      } else if (event.type === 'spawned' || !ended.has(child)) {
        ended.delete(child);
        running.set(child, end);
      }
    },
    of: (event) => ended.get(childOf(event)) ?? unknownEnd,
  };
}

function childOf(event: ChildEvent): unknown {
  return 'id' in event ? event.id : event.name;
}

function errorOf({ name, attempt, reason }: GaveUp, end: RunEnd): ExitError {
  const message = `${name ?? 'child'}: given up after run ${String(attempt)}: ${why[reason]}.${describeRunEnd(end)}`;
  return new ExitError('ERR_GAVE_UP', message, end);
}

const why: Readonly<Record<GaveUp['reason'], string>> = {
  never: 'its schedule says never to restart',
  limit: 'it hit its limit of restarts',
  permanent: 'no restart mends the way it ended',
  dependency: 'what it was to start after will never be ready',
};
