import { resolve } from 'node:path';
import {
  asyncScheduler,
  connect,
  endWith,
  filter,
  ignoreElements,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
  takeUntil,
  withLatestFrom,
} from 'rxjs';
import { checkOptions, isRecord, type OptionChecks } from '../model/check.js';
import { checkScheduler, flag } from '../model/checks.js';
import { type ChildEvent, type EventOrigin, originOf, type Refused } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import { parseLog } from '../model/schema/logSchema.js';
import type { LogSpec } from '../model/spec/logSpec.js';
import { type LogPlan, planLog } from '../model/spec/logPlan.js';
import { type FileOptions, fileOptions, toFile } from './toFile.js';

export interface LogOptions extends Pick<FileOptions, 'stripANSI' | 'batch' | 'command$' | 'flow' | 'effects'> {
  /** How long the last lines may take to be written, in ms, for all files together. See {@link FileOptions}. Default: no limit. */
  readonly grace?: number | undefined;
  /** Whether `output` events are passed on. Default `true`. */
  readonly output?: boolean | undefined;
}

const { stripANSI, batch, grace, command$, flow, effects } = fileOptions;
const logToOptions: OptionChecks<LogOptions> = { stripANSI, batch, grace, command$, flow, effects, output: flag };

/**
 * Writes the output of a child to its logs, and passes every event on.
 *
 * ```text
 * source   -s-o-o-x|
 * logTo()  -s-o-o-x----|        completes once the last byte is written
 * ```
 *
 * @param log one path, or a path for each stream: see `ChildSpec.log`. Undefined: no log
 * @param options see {@link LogOptions} and {@link FileOptions}
 * @param scheduler for batches and retries. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
 * @throws errors of the source, after the last byte is written
 * @see {@link toFile} for files that cannot be written
 * @example
 * ```ts
 * import { logTo, managed$ } from 'rxvisor';
 *
 * managed$({ name: 'job', command: 'make' })
 *   .pipe(logTo({ stdout: 'logs/job.out', stderr: 'logs/job.err' }, { stripANSI: true }))
 *   .subscribe();
 * ```
 */
export function logTo(
  log: string | LogSpec | LogPlan | undefined,
  options: LogOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  checkOptions(options, logToOptions);
  checkScheduler(scheduler);
  const { output = true, stripANSI = false, grace, ...others } = options;
  const plan = planOf(log, stripANSI);
  const { format, onFull, file, direct } = plan;
  // The files are closed one after the other.
  const each = grace === undefined ? undefined : grace / plan.files.length;
  return (event$) => {
    const logged$: Observable<ChildEvent> = direct
      ? event$.pipe(refuseToReopen(options.command$))
      : plan.files.reduce(
          (logged$, { path, stream }) =>
            logged$.pipe(
              toFile(
                path,
                { ...others, ...file, grace: each, stream, format, onFull, stripANSI: plan.stripANSI },
                scheduler,
              ),
            ),
          event$,
        );
    return output ? logged$ : logged$.pipe(filter((event) => event.type !== 'output'));
  };
}

function planOf(log: string | LogSpec | LogPlan | undefined, stripANSI: boolean): LogPlan {
  if (isPlan(log)) return log;
  return planLog(log === undefined ? {} : parseLog(log), stripANSI, (path) => resolve(path));
}

/** `managed$` passes a plan. */
function isPlan(log: unknown): log is LogPlan {
  return isRecord(log) && 'files' in log && Array.isArray(log.files) && 'file' in log;
}

/** Refuses `reopenLogs` where the child itself writes to its log: the descriptor belongs to the child. */
function refuseToReopen(command$: Observable<Command> = NEVER): MonoTypeOperatorFunction<ChildEvent> {
  const reason = 'the child writes its log itself';
  return connect((event$) =>
    merge(
      event$,
      command$.pipe(
        filter(({ type }) => type === 'reopenLogs'),
        // A command before the first event is answered, too.
        withLatestFrom(event$.pipe(map(originOf), startWith<EventOrigin>({ attempt: 1 }))),
        map(([, origin]): Refused => ({ type: 'refused', command: 'reopenLogs', reason, ...origin })),
        takeUntil(event$.pipe(ignoreElements(), endWith(true))),
      ),
    ),
  );
}
