import { checkArgument } from './check.js';
import { event as anEvent } from './checks.js';
import { type ChildEvent, type Exited, isFailure, type SpawnFailed } from './childEvent.js';
import type { RunExit } from './errors.js';

/** What is known about the end of a run. */
export interface RunEnd {
  /** Undefined while the run lasts, and if it could not be started. */
  readonly exit: RunExit | undefined;
  /** The last lines of stderr, oldest first. */
  readonly stderr: readonly string[];
  /** Why the run was ended or could not be started. Undefined if it ended by itself. */
  readonly cause: Error | undefined;
}

/** How many lines to keep, and how many characters of each (UTF-16 code units). */
export interface LineLimits {
  readonly lines: number;
  readonly length: number;
}

/** A run ended by itself with a non-zero exit code or by a signal, or could not be started. */
export type Crash = SpawnFailed | (Exited & { readonly expected: false });

/** Nothing is known yet. */
export const unknownEnd: RunEnd = { exit: undefined, stderr: [], cause: undefined };

/** Adds an event to what is known about the end of a run. A run starts with `spawned` or `spawnFailed`. */
export function trackRunEnd(known: RunEnd | undefined = unknownEnd, event: ChildEvent): RunEnd {
  switch (event.type) {
    case 'spawned':
      return unknownEnd;
    case 'spawnFailed':
      return { ...unknownEnd, cause: Object.assign(new Error(event.message), { code: event.code }) };
    case 'output':
      return event.stream === 'stderr' ? { ...known, stderr: lastLines(known.stderr, event.text) } : known;
    case 'stopping':
      return isFailure(event.reason)
        ? { ...known, cause: new Error(event.message ?? failures[event.reason].message) }
        : known;
    case 'exited':
      return { ...known, exit: { code: event.code, signal: event.signal } };
    default:
      return known;
  }
}

/** A sentence for an error message, with a space before it. Empty if nothing is known. */
export function describeRunEnd({ exit, stderr, cause }: RunEnd): string {
  const how = exit && (exit.signal ?? `exit code ${String(exit.code)}`);
  const why = cause?.message;
  const end = why !== undefined && how !== undefined ? `${why} (${how})` : (why ?? how);
  const line = stderr.findLast((text) => ERROR_LINE.test(text)) ?? stderr.at(-1);
  return [
    ...(end === undefined ? [] : [` The last run ended: ${end.replace(/\.$/, '')}.`]),
    ...(line === undefined ? [] : [` On its stderr: ${line}`]),
  ].join('');
}

/**
 * The last lines of `before` and of the block `text`, oldest first.
 *
 * @param limits Default: 20 lines, each cut to 500 characters
 */
export function lastLines(
  before: readonly string[],
  text: string,
  { lines, length }: LineLimits = stderrLimits,
): readonly string[] {
  const added = text.split('\n').slice(0, -1).slice(-lines);
  return [...before, ...added.map((line) => line.slice(0, length))].slice(-lines);
}

/**
 * Whether the event is a crash: an unexpected exit with a non-zero code or by a signal, or a failed spawn.
 *
 * @throws RxvisorError with code `ERR_OPTION` if the argument is not an event
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 * import { isCrash, managed$ } from 'rxvisor';
 *
 * managed$({ command: 'false', restartAt: [] })
 *   .pipe(filter(isCrash))
 *   .subscribe((crash) => {
 *     console.log(crash.type); // exited
 *   });
 * ```
 */
export function isCrash(event: ChildEvent): event is Crash {
  checkArgument('event', event, anEvent);
  return event.type === 'spawnFailed' || (event.type === 'exited' && !event.expected && event.code !== 0);
}

/** For each reason of `stopping` that counts as a crash: the cause of the crash, as a word and in a sentence. */
export const failures = {
  liveness: { cause: 'unresponsive', message: 'it no longer answered' },
  fail: { cause: 'failed', message: 'it was reported as failed' },
  readyTimeout: { cause: 'unready', message: 'it was not ready in time' },
  channel: { cause: 'channel', message: 'a message on its IPC channel could not be read' },
} as const;

/** Node, Python and others print such a line for an uncaught error, before or after the stack. */
const ERROR_LINE = /^(?:Uncaught )?[\w.]*(?:Error|Exception)\b.*:/;

const stderrLimits: LineLimits = { lines: 20, length: 500 };
