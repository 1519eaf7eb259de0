import { defer, Observable, of, type SchedulerLike, Subject, Subscription, switchMap, timer } from 'rxjs';
import type { Effects, LogWriter, LogFailure, LogFile, WaitOneMs } from '../../model/effects.js';
import { describeError } from '../../model/errors.js';
import type { FilePlan } from '../../model/spec/logPlan.js';
import { retryPolicy } from './logFailures.js';
import { openedFile } from './openedFile.js';
import { countLines, noBytes, sizeOf, writeAllSync, writeQueue } from './writeQueue.js';

/** The maximum number of bytes that wait for a file that fails. */
const HELD_MAX = 1_048_576;

/**
 * A queue in front of one descriptor. It is written by hand, because short writes, retries, reopening and last tries must
 * keep one order of the lines. Lines that come during a write go out together in the next one.
 */
export function logFile(path: string, plan: FilePlan, effects: Effects, scheduler: SchedulerLike): LogFile {
  const writers = new Set<Writer>();
  const queue = writeQueue<Writer>();
  const opened = openedFile(path, plan, effects, scheduler, (error) => {
    for (const writer of writers) writer.failure$.next({ ...describeError(error), dropped: 0 });
  });
  let busy = false;
  let stale = false;
  const retries = retryPolicy();
  let failure = { code: '', message: '' };
  let retry: Subscription | undefined;
  let syncTimer: Subscription | undefined;
  let syncDue = false;
  let working = Subscription.EMPTY;
  /** The number of bytes in the current write. */
  let inFlight = 0;
  /** Waits for 1 ms, synchronously. Defined when the process exits: from then on, all writes are synchronous. */
  let waitOneMs: WaitOneMs | undefined;
  const file: LogFile = { addWriter: join };
  return file;

  function join(): LogWriter {
    const writer: Writer = { failure$: new Subject(), dropped: 0, closing: false };
    writers.add(writer);
    return {
      failure$: new Observable((subscriber) => {
        subscriber.add(writer.failure$.subscribe(subscriber));
        pump();
      }),
      write: (chunks, settled) => {
        write(writer, chunks, settled);
      },
      reopen: () => {
        stale = true;
        tryNow();
      },
      switchToSync,
      close: () => {
        if (writer.closing) return;
        writer.closing = true;
        tryNow();
      },
    };
  }

  /** A file that fails slows no child: its lines are settled at once, and wait or are dropped. */
  function write(writer: Writer, chunks: readonly Uint8Array[], settled: () => void): void {
    const size = sizeOf(chunks);
    if (retries.isFailing() || size === 0) settled();
    if (size === 0) return;
    if (retries.isFailing() && queue.size() + size > HELD_MAX) writer.dropped += countLines(chunks);
    else queue.push(writer, chunks, retries.isFailing() ? undefined : settled);
    pump();
  }

  function tryNow(): void {
    retry?.unsubscribe();
    retry = undefined;
    pump();
  }

  /** Removes the writers that are done. Then starts the next step, unless one is under way or a retry is due. */
  function pump(): void {
    if (busy) return;
    if (waitOneMs !== undefined) flushNow(waitOneMs);
    const finished = [...writers].filter((writer) => writer.closing && !queue.holds(writer));
    // A sync comes before a writer completes, and between two writes when it is due.
    if (waitOneMs === undefined && opened.isDirty() && (syncDue || finished.length > 0)) {
      sync();
      return;
    }
    for (const writer of finished) writers.delete(writer);
    if (writers.size === 0) {
      retry?.unsubscribe();
      syncTimer?.unsubscribe();
      if (effects.logs.get(path) === file) effects.logs.delete(path);
      opened.end();
    } else if (retry === undefined && waitOneMs === undefined) {
      proceed();
    }
    // Last, when the state is complete: a subscriber may write, reopen or join at once.
    for (const writer of finished) {
      if (writer.dropped > 0) report(writer);
      writer.failure$.complete();
    }
  }

  function proceed(): void {
    // First end a half-written line, in the file where it began.
    if (stale && !queue.inLine()) {
      opened.close();
      stale = false;
    }
    if (opened.isOpen() && queue.size() === 0) return;
    busy = true;
    working = opened
      .ready$(queue.inLine() ? undefined : queue.nextLine())
      .pipe(switchMap((fd) => (queue.size() === 0 ? of(undefined) : written$(fd, queue.chunks(opened.room())))))
      .subscribe({ next: onDone, error: onError });
  }

  function written$(fd: number, chunks: readonly Uint8Array[]): Observable<number> {
    return defer(() => {
      inFlight = sizeOf(chunks);
      return effects.write$(fd, chunks);
    });
  }

  function switchToSync(wait: WaitOneMs): void {
    if (waitOneMs !== undefined) return;
    waitOneMs = wait;
    working.unsubscribe();
    retry?.unsubscribe();
    queue.advance(opened.writtenAtExit(inFlight, wait));
    busy = false;
    pump();
  }

  /** Writes everything synchronously. One try, as at the end of each writer. */
  function flushNow(wait: WaitOneMs): void {
    // No step may start meanwhile: a writer may write more as soon as its lines are written.
    busy = true;
    const error = writeAllSync(queue, opened, effects.atExit.write, wait);
    busy = false;
    if (error === undefined) return;
    failure = describeError(error);
    queue.settle();
    for (const writer of writers) writer.dropped += queue.drop(writer);
    for (const writer of [...writers]) if (writer.dropped > 0) report(writer);
  }

  /** `written` is undefined when there was nothing to write. */
  function onDone(written: number | undefined): void {
    if (written === 0) {
      onError(noBytes());
      return;
    }
    busy = false;
    inFlight = 0;
    retries.succeeded();
    const unreported = [...writers].filter(({ dropped }) => dropped > 0);
    opened.wrote(written ?? 0);
    queue.advance(written ?? 0);
    if (typeof plan.fsync === 'number' && opened.isDirty())
      syncTimer ??= timer(plan.fsync, scheduler).subscribe({ next: onSyncDue, error: onError });
    pump();
    for (const writer of unreported) if (writer.dropped > 0) report(writer);
  }

  function onError(error: unknown): void {
    busy = false;
    inFlight = 0;
    failure = describeError(error);
    const next = retries.failed(failure.code);
    retry = timer(next.delay, scheduler).subscribe({ next: tryNow, error: onError });
    if (!next.failure) return;
    opened.close();
    queue.settle();
    // For a writer that is closing, this was the last try.
    for (const writer of writers) if (writer.closing) writer.dropped += queue.drop(writer);
    for (const writer of [...writers]) report(writer);
    pump();
  }

  function onSyncDue(): void {
    syncTimer = undefined;
    syncDue = true;
    pump();
  }

  function sync(): void {
    busy = true;
    syncDue = false;
    opened.sync$.subscribe({
      complete: () => {
        busy = false;
        pump();
      },
      error: onError,
    });
  }

  function report(writer: Writer): void {
    const lost = { ...failure, dropped: writer.dropped };
    writer.dropped = 0;
    writer.failure$.next(lost);
  }
}

interface Writer {
  readonly failure$: Subject<LogFailure>;
  /** The number of lines that were lost and not reported yet. */
  dropped: number;
  closing: boolean;
}
