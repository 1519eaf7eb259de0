import { mergeMap, type MonoTypeOperatorFunction, of, takeWhile } from 'rxjs';
import { checkArgument, checkThat } from '../model/check.js';
import { listOf } from '../model/checks.js';
import { type ChildEvent, type GaveUp, isTerminal, originOf } from '../model/childEvent.js';

/**
 * Gives a child up at once if it ends in a way that no restart repairs.
 *
 * ```text
 * run$                                     s 2s x
 * giveUpOn([1]), restartAt([100, 500])     s 2s xg|     x: exited with code 1, g: gaveUp
 * ```
 *
 * Some causes do not go away by a restart: an invalid config, a port without permission, a missing program. After such an end
 * comes `gaveUp` with reason `permanent`: the status is `failed`, `orThrow()` throws, and a group reacts. In contrast,
 * `stopExitCodes` of a spec mean that the work is done: no event follows, and the status is `stopped`.
 *
 * - Before `restartAt`, it prevents a restart. After `managed$` or `restartAt`, it completes the stream, which cancels a back-off.
 * - A requested end (`expected`) is ignored, with any code.
 *
 * @param ends exit codes, signals (`'SIGSEGV'`) and codes of failed spawns (`'ENOENT'`)
 * @throws RxvisorError with code `ERR_OPTION` for a value that is none of these
 * @throws errors of the source
 * @example
 * ```ts
 * import { managed$, giveUpOn } from 'rxvisor';
 *
 * managed$({ command: 'sh', args: ['-c', 'exit 78'] }) // EX_CONFIG of sysexits.h
 *   .pipe(giveUpOn([78, 'ENOENT']))
 *   .subscribe((event) => {
 *     console.log(event.type); // spawned, ready, exited, gaveUp
 *   });
 * ```
 */
export function giveUpOn(ends: readonly (number | string)[]): MonoTypeOperatorFunction<ChildEvent> {
  checkArgument('ends', ends, endList);
  const isPermanent = (event: ChildEvent): boolean => {
    const how = endOf(event);
    return how !== null && ends.includes(how);
  };
  return (event$) =>
    event$.pipe(
      takeWhile((event) => !isPermanent(event), true),
      // Not concatMap: it would delay an event that is emitted in reaction to this one.
      mergeMap((event) => (isPermanent(event) ? of<ChildEvent[]>(event, gaveUp(event)) : of(event))),
    );
}

const end = checkThat(
  (value) => (typeof value === 'string' && value !== '') || Number.isInteger(value),
  "is not an exit code, a signal or an error code. Give 78, 'SIGSYS' or 'ENOENT', for example.",
);
const endList = listOf('a list of exit codes and names', 'Give an array.', end);

function gaveUp(event: ChildEvent): GaveUp {
  return { type: 'gaveUp', reason: 'permanent', ...originOf(event) };
}

function endOf(event: ChildEvent): number | string | null {
  if (!isTerminal(event)) return null;
  if (event.type === 'spawnFailed') return event.code;
  return event.expected ? null : (event.code ?? event.signal);
}
