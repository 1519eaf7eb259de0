import { asyncScheduler, defer, filter, map, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { checkScheduler } from '../model/checkOption.js';
import type { ChildEvent, Exited, SpawnFailed } from '../model/childEvent.js';
import { failures } from '../model/failures.js';
import { isCrash } from '../model/isCrash.js';
import { isFailure } from '../model/isFailure.js';
import { isTerminal } from '../model/isTerminal.js';
import { lastLines } from '../model/lastLines.js';
import type { CrashReport } from './crashReport.js';
import { readCrash } from './ipc/readCrash.js';

/**
 * The crashes among the events of a child, or of many: one report for each.
 *
 * ```text
 * event$      s-o-m--x(b)----s-o-o--y     m: the last words of a worker, x: its exit, y: death by a signal
 * crashes()   ----c-----------------c
 * ```
 *
 * - A worker that has called `reportCrashes()` is reported when it says so, before it runs its exit handlers; one that dies
 *   without a word (a signal, no memory left, `process.exit(1)`) when it has ended, with the last 20 lines of its stderr.
 * - A run that did not answer (`liveness`, or the session's heartbeat) is `unresponsive`, one that was not ready in time
 *   `unready`, one that wrote what cannot be read to its IPC channel `channel`, one that could not be started `spawn`.
 * - What was asked to end has not crashed, however it ends.
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
          // What follows the end of a run says nothing of the next one, and may be the last that is heard of the child.
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

/** What is known of a run so far. */
interface Run {
  stderr: readonly string[];
  reported: boolean;
  failed: { readonly cause: CrashReport['cause']; readonly message: string } | undefined;
}

type Crash = Pick<CrashReport, 'cause' | 'error'>;

/** Notes what an event says of its run, and gives the crash, if it is one. */
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
