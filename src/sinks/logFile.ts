import { noop, Observable, of, type SchedulerLike, Subject, type Subscription, switchMap, tap, timer } from 'rxjs';
import type { Effects } from '../effects.js';
import { describeError } from '../model/describeError.js';
import type { Log, LogFailure } from './openLog.js';
import { countLines, writeQueue } from './writeQueue.js';

/** A log file, shared by all who write to its path. */
export interface LogFile {
  readonly join: () => Log;
}

/** Waits before a failed file is tried again, in ms; the last one repeats. */
const RETRY_AT = [100, 500, 1_000, 5_000, 30_000] as const;
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
export function logFile(path: string, effects: Effects, scheduler: SchedulerLike): LogFile {
  const writers = new Set<Writer>();
  const queue = writeQueue<Writer>();
  let fd: number | undefined;
  let busy = false;
  let stale = false;
  let failures = 0;
  let failure = { code: '', message: '' };
  let retry: Subscription | undefined;
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
      write: (text, settled) => {
        write(writer, Buffer.from(text), settled);
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
  function write(writer: Writer, bytes: Buffer, settled: () => void): void {
    if (failures > 0 || bytes.length === 0) settled();
    if (bytes.length === 0) return;
    if (failures > 0 && queue.size() + bytes.length > HELD_MAX) writer.dropped += countLines(bytes);
    else queue.push(writer, bytes, failures > 0 ? undefined : settled);
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
    for (const writer of finished) writers.delete(writer);
    if (writers.size === 0) {
      retry?.unsubscribe();
      if (effects.logs.get(path) === file) effects.logs.delete(path);
      abandon();
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
    if (fd !== undefined && !stale && queue.size() === 0) return;
    busy = true;
    descriptor$()
      .pipe(switchMap((open) => (queue.size() === 0 ? of(undefined) : effects.write$(open, queue.bytes()))))
      .subscribe({ next: onDone, error: onError });
  }

  function descriptor$(): Observable<number> {
    // A line that is half written is first ended in the file it began in.
    if (stale && !queue.torn()) {
      abandon();
      stale = false;
    }
    return fd === undefined ? effects.open$(path).pipe(tap((opened) => (fd = opened))) : of(fd);
  }

  /** `written` is undefined when there was nothing to write. */
  function onDone(written: number | undefined): void {
    if (written === 0) {
      onError(Object.assign(new Error('the file takes no bytes'), { code: 'EIO' }));
      return;
    }
    busy = false;
    failures = 0;
    const owed = [...writers].filter(({ dropped }) => dropped > 0);
    queue.advance(written ?? 0);
    pump();
    for (const writer of owed) if (writer.dropped > 0) report(writer);
  }

  function onError(error: unknown): void {
    busy = false;
    abandon();
    failures += 1;
    failure = describeError(error);
    queue.settle();
    // For a writer that is closing, this was the last try.
    for (const writer of writers) if (writer.closing) writer.dropped += queue.drop(writer);
    const delay = RETRY_AT[Math.min(failures, RETRY_AT.length) - 1] ?? 0;
    retry = timer(delay, scheduler).subscribe({ next: tryNow, error: onError });
    for (const writer of [...writers]) report(writer);
    pump();
  }

  function report(writer: Writer): void {
    const { dropped } = writer;
    writer.dropped = 0;
    writer.failure$.next({ ...failure, dropped });
  }

  /** Closes the descriptor, if there is one; whether that succeeds changes nothing for what comes next. */
  function abandon(): void {
    if (fd !== undefined) effects.close$(fd).subscribe({ error: noop });
    fd = undefined;
  }
}
