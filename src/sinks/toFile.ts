import { resolve } from 'node:path';
import {
  asyncScheduler,
  defer,
  endWith,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  noop,
  type Observable,
  type SchedulerLike,
  share,
  Subject,
  takeUntil,
  tap,
} from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { checkScheduler, commands, byteCreditObject, delay, flag, isCount, oneOf, text } from '../model/checks.js';
import { type ChildEvent, type EventOrigin, type LogFailed, originOf, type Output } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import type { Effects, LogFailure } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import { schemaCheck } from '../model/schema/fields.js';
import { logOptions } from '../model/schema/logSchema.js';
import type { LineFormat, LogSpec } from '../model/spec/logSpec.js';
import { planRotation } from '../model/spec/logPlan.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import { batchTime, withFlush } from '../operators/batchTime.js';
import { type ByteCredit, byteCredit } from '../operators/byteCredit.js';
import { joinSmallChunks } from '../output/chunks$.js';
import { logBytes } from '../output/logBytes.js';
import { dropWhenFull, logTimeout$ } from './logFile/logFailures.js';
import { openLog } from './logFile/openLog.js';
import { sizeOf } from './logFile/writeQueue.js';

/** For `rotate`, `fsync` and `onFull` see {@link LogSpec}. Sinks that share a file use `rotate` and `fsync` of the first one. */
export interface FileOptions extends Pick<LogSpec, 'rotate' | 'fsync' | 'onFull'> {
  /** How lines are formatted. Default `'plain'`. */
  readonly format?: LineFormat | undefined;
  /** Remove ANSI escape sequences. Default `false`. */
  readonly stripANSI?: boolean | undefined;
  /** Write only this stream. Default: both. */
  readonly stream?: 'stdout' | 'stderr' | undefined;
  /** Permissions that new files and folders do not get, for example `0o077`. Added to the umask of this process. Default `0`. */
  readonly umask?: number | undefined;
  /** How long the first line of a batch waits at most, in ms. Default `100`. */
  readonly batch?: number | undefined;
  /**
   * How long the last lines may take to be written, in ms. After that, `logFailed` with code `ETIMEDOUT` comes, and the
   * stream completes. The lines are still written when the file takes them. Default: no limit.
   */
  readonly grace?: number | undefined;
  /** Commands: on `reopenLogs` the file is reopened. Default: no commands. */
  readonly command$?: Observable<Command> | undefined;
  /** Counts the bytes that were received and are not written yet. Default: not counted. */
  readonly flow?: ByteCredit | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
}

/** The checks of the options. */
export const fileOptions: OptionChecks<FileOptions> = {
  rotate: schemaCheck(logOptions.rotate),
  fsync: schemaCheck(logOptions.fsync),
  onFull: schemaCheck(logOptions.onFull),
  format: schemaCheck(logOptions.format),
  stripANSI: flag,
  stream: oneOf('a stream', ['stdout', 'stderr']),
  umask: checkThat((value) => isCount(value) && value <= 0o777, 'is not a umask. Give a whole number from 0 to 0o777.'),
  batch: delay,
  grace: delay,
  command$: commands,
  flow: byteCreditObject,
  effects: allEffects,
};

/** A batch of this many bytes is written at once. In a flood, each block is a batch. */
const BATCH_SIZE = 32_768;

/**
 * Writes `output` events to a file, in whole lines, and passes every event on.
 *
 * ```text
 * source    -s-o-o-x|
 * toFile()  -s-o-o-x----|       completes once the last byte is written
 * ```
 *
 * - The folder is created if needed. An existing file is appended to. All sinks with one path share one descriptor: lines
 *   of several children interleave, but never mix.
 * - If a write fails, `logFailed` reports it, and the write is tried again after 0.1, 0.5, 1, 5, 30, 30, … seconds.
 *   Meanwhile up to 1 MiB waits. Lines beyond that are dropped, and counted in the next `logFailed`.
 * - If the file is renamed or removed, a new one is created before the next batch, or at once on `reopenLogs`.
 * - At the end, a failed write is tried once more. Lines that were passed on are also written after an early
 *   unsubscription, and when the process exits.
 * - If a `format` function throws, the lines are written unformatted, and `logFailed` with code `ERR_FORMAT` reports the error.
 *
 * @param path relative to the cwd
 * @param options see {@link FileOptions}
 * @param scheduler for the batches and the retries; its clock is the time of a line. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
 * @throws errors of the source, after the last byte is written
 * @example
 * ```ts
 * import { managed$, toFile } from 'rxvisor';
 *
 * managed$({ name: 'job', command: 'echo', args: ['done'] })
 *   .pipe(toFile('logs/job.jsonl', { format: 'json' }))
 *   .subscribe();
 * ```
 */
export function toFile(
  path: string,
  options: FileOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  checkArgument('path', path, text('a path'));
  checkOptions(options, fileOptions);
  checkScheduler(scheduler);
  const { format = 'plain', stripANSI = false, stream, batch = 100, command$ = NEVER, onFull = 'block' } = options;
  const { effects = nodeEffects, rotate, fsync = 'never', umask, grace } = options;
  const file = resolve(path);
  const plan = { rotate: rotate && planRotation(rotate), fsync, umask };

  return withFlush((source$) =>
    defer(() => {
      const log = openLog(file, effects, scheduler, plan);
      // A sink that drops lines does not slow the child, so it has a credit of its own.
      const flow = onFull === 'drop' ? byteCredit() : (options.flow ?? byteCredit());
      const overflow = dropWhenFull(flow, onFull);
      const unformatted$ = new Subject<LogFailure>();
      const onFormatError = (error: unknown): void => {
        unformatted$.next({ ...describeError(error), code: 'ERR_FORMAT', dropped: 0 });
      };
      const batch$ = new Subject<readonly Uint8Array[]>();
      const late$ = grace === undefined ? NEVER : logTimeout$(ended$(batch$), grace, scheduler).pipe(share());
      let exiting = false;
      let origin: EventOrigin = { attempt: 1 };
      batch$.pipe(batchTime(batch, { maxSize: BATCH_SIZE, sizeOf }, scheduler)).subscribe({ next: write, error: noop });
      const removeExitHandler = effects.exit.add('write', (waitOneMs) => {
        exiting = true;
        log.switchToSync(waitOneMs);
        batch$.complete();
      });
      return merge(
        merge(merge(log.failure$, unformatted$, overflow.dropped$).pipe(takeUntil(late$)), late$).pipe(
          takeUntil(ended$(log.failure$)),
          map((failure): LogFailed => ({ type: 'logFailed', path: file, ...failure, ...origin })),
        ),
        source$.pipe(
          tap({
            next: (event) => {
              origin = originOf(event);
              // Before the event is passed on: a subscriber may end the process, or unsubscribe.
              if (event.type === 'output' && (stream === undefined || event.stream === stream)) onOutput(event);
            },
            complete: end,
          }),
        ),
        command$.pipe(
          filter(({ type }) => type === 'reopenLogs'),
          tap(log.reopen),
          ignoreElements(),
          takeUntil(ended$(batch$)),
        ),
      ).pipe(
        finalize(() => {
          end();
          finishInBackground();
        }),
      );

      function onOutput(event: Output): void {
        const chunks = logBytes(event, { format, stripANSI, time: scheduler.now(), onFormatError });
        if (!overflow.admits(chunks)) return;
        flow.take(sizeOf(chunks));
        if (exiting) write([chunks]);
        else batch$.next(chunks);
      }

      function write(blocks: readonly (readonly Uint8Array[])[]): void {
        const chunks = joinSmallChunks(blocks.flat());
        const size = sizeOf(chunks);
        if (size === 0) return;
        log.write(chunks, () => {
          flow.give(size);
        });
      }

      /** Lines that are not written yet are written at the exit of this process, if not before. */
      function finishInBackground(): void {
        log.failure$.subscribe({ next: warn, error: noop, complete: removeExitHandler });
      }

      /** There are no subscribers any more. */
      function warn({ code, message, dropped }: LogFailure): void {
        if (dropped === 0) return;
        const warning = `${file}: ${code}: ${message}. Lines lost: ${String(dropped)}`;
        effects.process.emitWarning(warning, 'RxvisorWarning');
      }

      function end(): void {
        batch$.complete();
        log.close();
      }
    }),
  );
}

function ended$(event$: Observable<unknown>): Observable<unknown> {
  return event$.pipe(ignoreElements(), endWith(true));
}
