import type { ChildEvent } from './childEvent.js';
import type { RunExit } from './errors.js';
import { failures } from './failures.js';
import { isFailure } from './isFailure.js';
import { lastLines } from './lastLines.js';

/** What the events of a run say of its end. */
export interface RunEnd {
  /** Undefined while it runs, and if it could not be started. */
  readonly exit: RunExit | undefined;
  /** The last lines of its stderr, oldest first. */
  readonly stderr: readonly string[];
  /** Why it was ended, or could not be started. Undefined for a run that ended by itself. */
  readonly cause: Error | undefined;
}

/** Of a run whose events say nothing. */
export const unknownEnd: RunEnd = { exit: undefined, stderr: [], cause: undefined };

/** What is known of the end of a run after one more of its events. Each run starts with `spawned` or `spawnFailed`. */
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

/** A sentence for the message of an error, after a space; empty if nothing is known. */
export function describeRunEnd({ exit, stderr, cause }: RunEnd): string {
  const how = exit && (exit.signal ?? `exit code ${String(exit.code)}`);
  const why = cause?.message;
  const end = why !== undefined && how !== undefined ? `${why} (${how})` : (why ?? how);
  const line = stderr.findLast((text) => AN_ERROR.test(text)) ?? stderr.at(-1);
  return [
    ...(end === undefined ? [] : [` The last run ended: ${end}.`]),
    ...(line === undefined ? [] : [` On its stderr: ${line}`]),
  ].join('');
}

/** How Node, Python and others print the error that ends a program, before or after its stack. */
const AN_ERROR = /^(?:Uncaught )?[\w.]*(?:Error|Exception)\b.*:/;
