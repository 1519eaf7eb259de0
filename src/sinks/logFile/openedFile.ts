import {
  catchError,
  concat,
  defaultIfEmpty,
  defer,
  EMPTY,
  map,
  noop,
  type Observable,
  of,
  type SchedulerLike,
  Subscription,
  switchMap,
  tap,
} from 'rxjs';
import type { Effects, WaitOneMs } from '../../model/effects.js';
import { describeError } from '../../model/errors.js';
import type { FilePlan } from '../../model/spec/logPlan.js';
import { isDue, rotate$, tidy$ } from './rotation.js';

/** The descriptor of a log file, over renames, rotations and failures. */
export interface OpenedFile {
  readonly isOpen: () => boolean;
  /**
   * The descriptor for the next line. The file is opened, reopened or rotated first if needed.
   *
   * @param next the size of the next line in bytes. Undefined: end a half-written line, in the file where it began
   */
  readonly ready$: (next: number | undefined) => Observable<number>;
  /** How many bytes fit until the next rotation. */
  readonly room: () => number;
  readonly wrote: (bytes: number) => void;
  /** Whether written bytes still have to be synced to the disk. */
  readonly isDirty: () => boolean;
  /** Syncs the file. It never errors: failures are reported. */
  readonly sync$: Observable<never>;
  /** At the exit of the process: the descriptor, opened if needed, not rotated. Throws errors of open(2). */
  readonly readyNow: () => number;
  /** At the exit of the process: how many bytes of a write under way are written. The growth of the file shows it. */
  readonly writtenAtExit: (bytes: number, waitOneMs: WaitOneMs) => number;
  readonly syncNow: () => void;
  /** Closes the descriptor. A failure to close is ignored. */
  readonly close: () => void;
  /** Closes the descriptor and stops the compression of rotated files. */
  readonly end: () => void;
}

/** How often it is checked that the path still leads to the open file, in ms. */
const CHECK_EVERY = 100;
/** The wait after a rotation that failed, in ms. The file grows meanwhile: no line is lost. */
const ROTATION_RETRY = 30_000;

/**
 * Keeps the descriptor of a log file, and rotates the file.
 *
 * @param report called for failures that do not prevent the writing of lines
 */
export function openedFile(
  path: string,
  { rotate, fsync, umask }: FilePlan,
  effects: Effects,
  scheduler: SchedulerLike,
  report: (error: unknown) => void,
): OpenedFile {
  let fd: number | undefined;
  let file = { size: 0, since: 0, id: '', regular: true };
  let dirty = false;
  let checkedAt = 0;
  let rotateFrom = 0;
  let tidying = Subscription.EMPTY;

  const sync$ = defer(() => {
    dirty = false;
    return fd === undefined ? EMPTY : synced$(fd);
  });
  const opened$ = effects.open$(path, umask).pipe(
    switchMap((opened) =>
      effects.stat$(opened).pipe(
        // A pipe or a device that has no status can still be written.
        catchError(() => of({ size: 0, mtime: 0, id: '', regular: false })),
        map(({ size, mtime, id, regular }) => {
          fd = opened;
          file = { size, since: mtime, id, regular };
          checkedAt = scheduler.now();
          // Also on the first open: an earlier manager can have left rotated files uncompressed.
          tidy();
          return opened;
        }),
      ),
    ),
  );

  return {
    isOpen: () => fd !== undefined,
    ready$: (next) =>
      defer(() => {
        if (fd === undefined) return opened$;
        return next === undefined ? of(fd) : stillThere$(fd);
      }).pipe(switchMap((open) => (next !== undefined && isRotationDue(next) ? rotated$(open) : of(open)))),
    room: () =>
      rotate === undefined || !file.regular || scheduler.now() < rotateFrom ? Infinity : rotate.size - file.size,
    wrote,
    isDirty: () => dirty,
    readyNow: () => (fd ??= effects.atExit.open(path, umask)),
    writtenAtExit: (bytes, waitOneMs) => {
      // Removes a file that is only partly compressed.
      tidying.unsubscribe();
      // A pipe or a device has no size. It takes bytes at once or not at all.
      if (!file.regular) return bytes;
      let grown = 0;
      while (fd !== undefined && (grown = effects.atExit.size(fd) - file.size) < bytes && waitOneMs());
      const written = Math.max(0, Math.min(grown, bytes));
      wrote(written);
      return written;
    },
    syncNow: () => {
      if (fd === undefined || !dirty) return;
      dirty = false;
      try {
        effects.atExit.sync(fd);
      } catch (error) {
        report(error);
      }
    },
    sync$,
    close,
    end: () => {
      tidying.unsubscribe();
      close();
    },
  };

  function wrote(bytes: number): void {
    if (bytes === 0) return;
    if (file.size === 0) file.since = scheduler.now();
    file.size += bytes;
    // fsync(2) of a pipe is an error.
    dirty = fsync !== 'never' && file.regular;
  }

  /** Opens the path again if its file was renamed or removed: lines written to that file would be lost. */
  function stillThere$(open: number): Observable<number> {
    const now = scheduler.now();
    if (now - checkedAt < CHECK_EVERY) return of(open);
    checkedAt = now;
    return effects.stat$(path).pipe(
      map(({ id }) => id === file.id),
      catchError((error: unknown) => of(describeError(error).code !== 'ENOENT')),
      switchMap((same) => {
        if (same) return of(open);
        close();
        return opened$;
      }),
    );
  }

  function isRotationDue(next: number): boolean {
    const now = scheduler.now();
    return rotate !== undefined && file.regular && now >= rotateFrom && isDue(rotate, file, next, now);
  }

  /**
   * Renames the file and opens a new one. Copying and truncating would lose lines that are written in between. If the path
   * is a link, the file behind it is renamed. If several processes write to the file, one of them rotates it.
   */
  function rotated$(open: number): Observable<number> {
    const renamed$ = effects.real$(path).pipe(
      switchMap((real) =>
        effects.exclusive$(
          real,
          defer(() => effects.stat$(path)).pipe(
            switchMap(({ id }) => (id === file.id ? rotate$(real, scheduler.now(), effects) : of(undefined))),
            map(() => true),
          ),
        ),
      ),
      // Another process rotates it.
      defaultIfEmpty(false),
      tap((renamed) => {
        if (!renamed) rotateFrom = scheduler.now() + CHECK_EVERY;
      }),
      catchError((error: unknown) => {
        // Another process has renamed it.
        if (describeError(error).code === 'ENOENT') return of(true);
        rotateFrom = scheduler.now() + ROTATION_RETRY;
        report(error);
        return of(false);
      }),
    );
    return renamed$.pipe(
      switchMap((renamed) => {
        if (!renamed) return of(open);
        close();
        return opened$;
      }),
    );
  }

  /** Compresses and removes rotated files. The next rotation cancels it and starts it again. */
  function tidy(): void {
    if (rotate === undefined || !file.regular) return;
    tidying.unsubscribe();
    tidying = tidy$(path, rotate, effects, scheduler).subscribe({ next: report, error: report });
  }

  function close(): void {
    if (fd === undefined) return;
    concat(dirty ? synced$(fd) : EMPTY, effects.close$(fd)).subscribe({ error: noop });
    fd = undefined;
    dirty = false;
  }

  function synced$(open: number): Observable<never> {
    return effects.sync$(open).pipe(
      tap({ error: report }),
      catchError(() => EMPTY),
      switchMap(() => EMPTY),
    );
  }
}
