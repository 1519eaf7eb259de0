import { asyncScheduler, defer, filter, map, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { ErrorLike } from '../ipc/errorLike.js';
import { checkScheduler } from '../model/checks.js';
import { type ChildEvent, type Exited, isFailure, isTerminal, type SpawnFailed } from '../model/childEvent.js';
import { failures, isCrash, lastLines } from '../model/runEnd.js';
import { readCrash } from './protocol.js';

/** A crash: as the worker reported it, or as the monitor saw it. JSON-safe. */
export interface CrashReport {
  readonly name?: string;
  /** The id of the child, if it has a supervisor. */
  readonly id?: number;
  /** The number of the run. */
  readonly attempt: number;
  /**
   * `error`: the worker reported it; `exit`, `signal`: it ended without a report; `spawn`: it could not be started; `failed`: the
   * command `fail` reported it; `channel`: a message on its IPC channel could not be read.
   */
  readonly cause: 'error' | 'exit' | 'signal' | 'spawn' | 'unready' | 'unresponsive' | 'failed' | 'channel';
  readonly error: ErrorLike;
  /** The last lines of stderr, oldest first. Empty if `output` is false. */
  readonly stderr: readonly string[];
  /** Ms since the epoch. */
  readonly time: number;
}

/** One crash, or several crashes of a loop. JSON-safe. */
export interface CrashDigest {
  /** Number of crashes since the last digest. */
  readonly count: number;
  /** The times of the first and the last crash, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The latest crash of each kind, at most 10. A kind is a child, a cause and an error. */
  readonly crashes: readonly CrashReport[];
  /** The key that ends the session, by `POST /kill/:key`, if there is a kill switch. */
  readonly key?: string;
}

/**
 * Turns events of one or more children into crash reports, one for each crash.
 *
 * ```text
 * event$      s-o-m--x(b)----s-o-o--y     m: the report of a worker, x: its exit, y: exit by a signal
 * crashes()   ----c-----------------c
 * ```
 *
 * - A worker that called `reportCrashes()` reports its crash itself, before it runs its exit handlers.
 * - If a run ends without a report (a signal, out of memory, `process.exit(1)`), the report follows its end. It has the last 20
 *   lines of stderr.
 * - `cause` is `unresponsive` if the run did not answer (`liveness`, or the session's heartbeat), `unready` if it was not ready in
 *   time, `channel` if it wrote unreadable data to its IPC channel, `spawn` if it could not be started.
 * - A run that was asked to end has not crashed.
 *
 * @param scheduler for the time in the report. Default `asyncScheduler`
 * @throws errors of the source
 * @example
 * ```ts
 * import { supervise } from 'rxvisor';
 * import { crashes } from 'rxvisor/session';
 *
 * const supervisor = supervise([{ command: 'sh', args: ['-c', 'echo no luck >&2; exit 3'], restartAt: [] }]);
 * supervisor.event$.pipe(crashes()).subscribe(({ error, stderr }) => {
 *   console.log(error.message, stderr); // exit code 3 [ 'no luck' ]
 * });
 * ```
 */
export function crashes(scheduler: SchedulerLike = asyncScheduler): OperatorFunction<ChildEvent, CrashReport> {
  checkScheduler(scheduler);
  return (event$) =>
    defer(() => {
      const runs = new Map<unknown, Run>();
      return event$.pipe(
        map((event) => {
          const id: unknown = 'id' in event ? event.id : undefined;
          const run = runs.get(id) ?? { stderr: [], reported: false, failed: undefined };
          const crash = crashIn(event, run);
          if (isTerminal(event)) runs.delete(id);
          // Events after the end of a run say nothing about the next run, and may be the last ones of the child.
          else if (run.reported || run.failed !== undefined || run.stderr.length > 0) runs.set(id, run);
          return crash === undefined ? undefined : report(event, id, run, crash);
        }),
        filter((report) => report !== undefined),
      );
    });

  function report({ name, attempt }: ChildEvent, id: unknown, { stderr }: Run, crash: Crash): CrashReport {
    return {
      ...(name !== undefined && { name }),
      ...(typeof id === 'number' && { id }),
      attempt,
      ...crash,
      stderr,
      time: scheduler.now(),
    };
  }
}

/** The state of a run so far. */
interface Run {
  stderr: readonly string[];
  reported: boolean;
  failed: { readonly cause: CrashReport['cause']; readonly message: string } | undefined;
}

type Crash = Pick<CrashReport, 'cause' | 'error'>;

/** Updates the run by an event, and returns the crash, if the event is one. */
function crashIn(event: ChildEvent, run: Run): Crash | undefined {
  switch (event.type) {
    case 'output':
      if (event.stream === 'stderr') run.stderr = lastLines(run.stderr, event.text);
      return undefined;
    case 'stopping':
      if (isFailure(event.reason)) {
        const { cause, message } = failures[event.reason];
        run.failed = { cause, message: event.message ?? message };
      }
      return undefined;
    case 'message': {
      const error = readCrash(event.message);
      if (error === undefined || run.reported) return undefined;
      run.reported = true;
      return { cause: 'error', error };
    }
    default:
      return isTerminal(event) && !run.reported ? silentCrash(event, run) : undefined;
  }
}

function silentCrash(event: Exited | SpawnFailed, { failed }: Run): Crash | undefined {
  const crash = (cause: CrashReport['cause'], message: string): Crash => ({ cause, error: { name: 'Error', message } });
  if (failed !== undefined) return crash(failed.cause, failed.message);
  if (!isCrash(event)) return undefined;
  if (event.type === 'spawnFailed') return crash('spawn', event.message);
  const { code, signal } = event;
  return signal === null ? crash('exit', `exit code ${String(code)}`) : crash('signal', `ended by ${signal}`);
}

/** A digest for people: a subject line and a text. */
export function digestText(digest: CrashDigest): { readonly subject: string; readonly text: string } {
  const { count, first, last, crashes, key } = digest;
  const [latest] = crashes.slice(-1);
  const who = latest?.name ?? 'child';
  const what = oneLine(`${latest?.error.name ?? 'Error'}: ${latest?.error.message ?? ''}`).slice(0, 120);
  const subject = count === 1 ? `${who} has crashed: ${what}` : `${who} has crashed ${String(count)} times: ${what}`;
  const span = count === 1 ? timeText(first) : `${timeText(first)} to ${timeText(last)}`;
  const kill = key === undefined ? '' : `\nThe key that ends the session (POST /kill/KEY): ${key}\n`;
  return { subject, text: `${subject}\n${span}\n\n${crashes.map(crashText).join('\n')}${kill}` };
}

function crashText({ name = 'child', attempt, cause, error, stderr, time }: CrashReport): string {
  const head = `${timeText(time)} ${name}, run ${String(attempt)} (${cause})`;
  const body = error.stack ?? `${error.name}: ${error.message}`;
  const tail = stderr.length === 0 ? '' : `\nlast lines of stderr:\n${stderr.join('\n')}`;
  return `${head}\n${body}${tail}\n`;
}

/** A subject is one line, whatever the error message contains: in a mail, a second line would be a header. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}
