import { Observable, of, type SchedulerLike, Subject, type Subscription, switchMap, timer } from 'rxjs';
import type { Effects } from '../effects.js';
import { describeError } from '../model/describeError.js';
import type { FilePlan } from '../model/plan.js';
import { openedFile } from './openedFile.js';
import type { Log, LogFailure } from './openLog.js';
import { countLines, sizeOf, writeQueue } from './writeQueue.js';

/** A log file, shared by all who write to its path. */
export interface LogFile {
  readonly join: () => Log;
}

/** Waits before a failed file is tried again, in ms; the last one repeats. */
const RETRY_AT = [100, 500, 1_000, 5_000, 30_000] as const;
/** How many ms until a pipe that is full is tried again, and how often in a row before that is a failure. */
const FULL_RETRY = 10;
const FULL_MAX = 100;
/** What is held for a file that fails, in bytes. */
const HELD_MAX = 1_048_576;

interface Writer {
  readonly failure$: Subject<LogFailure>;
  /** Lines lost and not yet reported. */
  dropped: number;
  closing: boolean;
}

/**
 * A queue in front of one descriptor. Written by hand: short writes, retries, reopening and last tries all have to
 * hold to one order of the lines, and what gathers during a write goes out as one with the next.
 */
export function logFile(path: string, plan: FilePlan, effects: Effects, scheduler: SchedulerLike): LogFile {
  const writers = new Set<Writer>();
  const queue = writeQueue<Writer>();
  const opened = openedFile(path, plan, effects, scheduler, (error) => {
    for (const writer of writers) writer.failure$.next({ ...describeError(error), dropped: 0 });
  });
  let busy = false;
  let stale = false;
  let failures = 0;
  let fullTimes = 0;
  let failure = { code: '', message: '' };
  let retry: Subscription | undefined;
  let syncTimer: Subscription | undefined;
  let syncDue = false;
  const file: LogFile = { join };
  return file;

  function join(): Log {
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
      close: () => {
        if (writer.closing) return;
        writer.closing = true;
        tryNow();
      },
    };
  }

  /** A file that fails holds up nobody: what it is given is settled at once, and held or dropped. */
  function write(writer: Writer, chunks: readonly Uint8Array[], settled: () => void): void {
    const size = sizeOf(chunks);
    if (failures > 0 || size === 0) settled();
    if (size === 0) return;
    if (failures > 0 && queue.size() + size > HELD_MAX) writer.dropped += countLines(chunks);
    else queue.push(writer, chunks, failures > 0 ? undefined : settled);
    pump();
  }

  function tryNow(): void {
    retry?.unsubscribe();
    retry = undefined;
    pump();
  }

  /** Lets go of those who have finished, and does the next thing unless something is being done or waited for. */
  function pump(): void {
    if (busy) return;
    const finished = [...writers].filter((writer) => writer.closing && !queue.holds(writer));
    // Before anybody is told that all is written; a sync that is due comes between two writes.
    if (opened.isDirty() && (syncDue || finished.length > 0)) {
      sync();
      return;
    }
    for (const writer of finished) writers.delete(writer);
    if (writers.size === 0) {
      retry?.unsubscribe();
      syncTimer?.unsubscribe();
      if (effects.logs.get(path) === file) effects.logs.delete(path);
      opened.end();
    } else if (retry === undefined) {
      proceed();
    }
    // Last, when all is in order: whoever hears of it may write, reopen or join there and then.
    for (const writer of finished) {
      if (writer.dropped > 0) report(writer);
      writer.failure$.complete();
    }
  }

  function proceed(): void {
    // A line that is half written is first ended in the file it began in.
    if (stale && !queue.torn()) {
      opened.letGo();
      stale = false;
    }
    if (opened.isOpen() && queue.size() === 0) return;
    busy = true;
    opened
      .ready$(queue.torn() ? undefined : queue.nextLine())
      .pipe(switchMap((fd) => (queue.size() === 0 ? of(undefined) : effects.write$(fd, queue.chunks(opened.room())))))
      .subscribe({ next: onDone, error: onError });
  }

  /** `written` is undefined when there was nothing to write. */
  function onDone(written: number | undefined): void {
    if (written === 0) {
      onError(Object.assign(new Error('the file takes no bytes'), { code: 'EIO' }));
      return;
    }
    busy = false;
    failures = 0;
    fullTimes = 0;
    const owed = [...writers].filter(({ dropped }) => dropped > 0);
    opened.wrote(written ?? 0);
    queue.advance(written ?? 0);
    if (typeof plan.fsync === 'number' && opened.isDirty())
      syncTimer ??= timer(plan.fsync, scheduler).subscribe({ next: onSyncDue, error: onError });
    pump();
    for (const writer of owed) if (writer.dropped > 0) report(writer);
  }

  function onError(error: unknown): void {
    busy = false;
    failure = describeError(error);
    if (failure.code === 'EAGAIN' && fullTimes < FULL_MAX) {
      // A pipe whose reader is slow: that is no failure. What waits goes on counting, and so slows the child.
      fullTimes += 1;
      retry = timer(FULL_RETRY, scheduler).subscribe({ next: tryNow, error: onError });
      return;
    }
    opened.letGo();
    failures += 1;
    queue.settle();
    // For a writer that is closing, this was the last try.
    for (const writer of writers) if (writer.closing) writer.dropped += queue.drop(writer);
    const delay = RETRY_AT[Math.min(failures, RETRY_AT.length) - 1] ?? 0;
    retry = timer(delay, scheduler).subscribe({ next: tryNow, error: onError });
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
    const { dropped } = writer;
    writer.dropped = 0;
    writer.failure$.next({ ...failure, dropped });
  }
}
