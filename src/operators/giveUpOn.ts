import { mergeMap, type MonoTypeOperatorFunction, of, takeWhile } from 'rxjs';
import { checkArgument, checkThat } from '../model/check.js';
import { listOf } from '../model/checks.js';
import { type ChildEvent, type GaveUp, isTerminal, originOf } from '../model/childEvent.js';

/**
 * Gives a child up at once when it ends in a way that no restart mends.
 *
 * ```text
 * run$                                     s 2s x
 * giveUpOn([1]), restartAt([100, 500])  s 2s xg|     x: exited with code 1, g: gaveUp
 * ```
 *
 * A config that cannot be read, a port that is not allowed, a program that is not there: in 100 ms they will be no
 * better. Such an end is followed by `gaveUp` with reason `permanent`, so that a status says `failed`, `orThrow()` throws,
 * and a group acts; `stopExitCodes` of a spec, in contrast, are a child's way to say that its work is done: nothing
 * follows, its status is `stopped`.
 *
 * - Before `restartAt` it ends the runs; after `managed$` or `restartAt` it ends their stream, and with that their back-off.
 * - An end that was asked for is none of its business, whatever its code.
 *
 * @param ends exit codes, signals (`'SIGSEGV'`) and codes of failed spawns (`'ENOENT'`)
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
      // Not concatMap: what comes in reaction to an event would wait for the end of that reaction.
      mergeMap((event) => (isPermanent(event) ? of<ChildEvent[]>(event, gaveUp(event)) : of(event))),
    );
}

const end = checkThat(
  (value) => (typeof value === 'string' && value !== '') || Number.isInteger(value),
  "is not an exit code, a signal or an error code. Give 78, 'SIGSYS' or 'ENOENT', for example.",
);
const endList = listOf('a list of ends', 'Give an array of exit codes and names.', end);

function gaveUp(event: ChildEvent): GaveUp {
  return { type: 'gaveUp', reason: 'permanent', ...originOf(event) };
}

function endOf(event: ChildEvent): number | string | null {
  if (!isTerminal(event)) return null;
  if (event.type === 'spawnFailed') return event.code;
  return event.expected ? null : (event.code ?? event.signal);
}
