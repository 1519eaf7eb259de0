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
import type { LineFormat, LogSpec } from '../model/spec/childSpec.js';
import { planRotation } from '../model/spec/logPlan.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import { batchTime, withFlush } from '../operators/batchTime.js';
import { type ByteCredit, byteCredit } from '../operators/byteCredit.js';
import { joinSmallChunks } from '../output/chunks$.js';
import { logBytes } from '../output/logBytes.js';
import { dropWhenFull, logTimeout$ } from './logFile/logFailures.js';
import { openLog } from './logFile/openLog.js';
import { sizeOf } from './logFile/writeQueue.js';

/** `rotate`, `fsync` and `onFull` are those of {@link LogSpec}. Who share a file have the first one's `rotate` and `fsync`. */
export interface FileOptions extends Pick<LogSpec, 'rotate' | 'fsync' | 'onFull'> {
  /** Default `'plain'`. */
  readonly format?: LineFormat | undefined;
  /** Take ANSI escape sequences out. Default `false`. */
  readonly stripANSI?: boolean | undefined;
  /** Only this stream. Default: both. */
  readonly stream?: 'stdout' | 'stderr' | undefined;
  /** Permissions that a new file and a new folder do not get, beside those in the mask of this process: `0o077`. Default `0`. */
  readonly umask?: number | undefined;
  /** How many ms the first line of a batch may wait to be written. Default `100`. */
  readonly batch?: number | undefined;
  /**
   * How many ms the last lines may take to be written. After that `logFailed` says so, with code `ETIMEDOUT`, and the stream
   * completes; the lines are written when the file takes them. Default: as long as it takes.
   */
  readonly grace?: number | undefined;
  /** `reopenLogs` is heard here. Default: no commands. */
  readonly command$?: Observable<Command> | undefined;
  /** Where what has been received and not yet written is counted. Default: nowhere. */
  readonly flow?: ByteCredit | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
}

/** What the options of a file are checked by. */
export const fileOptions: OptionChecks<FileOptions> = {
  rotate: schemaCheck(logOptions.rotate),
  fsync: schemaCheck(logOptions.fsync),
  onFull: schemaCheck(logOptions.onFull),
  format: schemaCheck(logOptions.format),
  stripANSI: flag,
  stream: oneOf('a stream', ['stdout', 'stderr']),
  umask: checkThat(
    (value) => isCount(value) && value <= 0o777,
    'is not a mask of file modes. Give a whole number from 0 to 0o777.',
  ),
  batch: delay,
  grace: delay,
  command$: commands,
  flow: byteCreditObject,
  effects: allEffects,
};

/** A batch is written at once when it has grown to this many bytes: in a flood each block is one by itself. */
const BATCH_SIZE = 32_768;

/**
 * Writes the text of `output` events to a file, in whole lines, and passes every event on.
 *
 * ```text
 * source    -s-o-o-x|
 * toFile()  -s-o-o-x----|       completes once the last byte is written
 * ```
 *
 * - The file's folder is made. What is there is appended to. All who write to one path share one descriptor: their
 *   lines interleave, and never mix.
 * - A file that cannot be written is reported by `logFailed` and tried again after 0.1, 0.5, 1, 5, 30, 30, … seconds.
 *   Meanwhile up to 1 MiB is held; what comes beyond that is dropped, and counted in the next `logFailed`.
 * - A file that was renamed or removed is made anew before the next batch; `reopenLogs` does so at once.
 * - At the end there is one last try. What has been passed on is written after an early unsubscription, too, and when the
 *   process exits.
 * - A `format` function that throws is reported by `logFailed` with code `ERR_FORMAT`; the lines are written plain.
 *
 * @param path relative to the cwd
 * @param scheduler for the batches, the retries and the time of a line. Default `asyncScheduler`
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
      // What is dropped must not hold up the child: its sink counts for itself.
      const flow = onFull === 'drop' ? byteCredit() : (options.flow ?? byteCredit());
      const overflow = dropWhenFull(flow, onFull);
      const unformatted$ = new Subject<LogFailure>();
      const onFormatError = (error: unknown): void => {
        unformatted$.next({ ...describeError(error), code: 'ERR_FORMAT', dropped: 0 });
      };
      const batch$ = new Subject<readonly Uint8Array[]>();
      const late$ = grace === undefined ? NEVER : logTimeout$(ended$(batch$), grace, scheduler).pipe(share());
      let exits = false;
      let origin: EventOrigin = { attempt: 1 };
      batch$.pipe(batchTime(batch, { maxSize: BATCH_SIZE, sizeOf }, scheduler)).subscribe({ next: write, error: noop });
      const takeBack = effects.exit.add('write', (patience) => {
        exits = true;
        log.switchToSync(patience);
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
              // Before anybody else sees it: in reaction to it the process may end, or this be unsubscribed from.
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
          leave();
        }),
      );

      function onOutput(event: Output): void {
        const chunks = logBytes(event, { format, stripANSI, time: scheduler.now(), onFormatError });
        if (!overflow.admits(chunks)) return;
        flow.take(sizeOf(chunks));
        if (exits) write([chunks]);
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

      /** What is not written yet is written at the exit of this process, if not before. */
      function leave(): void {
        log.failure$.subscribe({ next: warn, error: noop, complete: takeBack });
      }

      /** Nobody looks at the events any more. */
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
