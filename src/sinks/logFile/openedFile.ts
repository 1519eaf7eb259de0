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

/** A log file's descriptor, over renames, rotations and failures. */
export interface OpenedFile {
  readonly isOpen: () => boolean;
  /**
   * The descriptor to write the next line, of `next` bytes, to: opened, reopened or rotated before, as need be. Undefined:
   * to end a line that is half written, in the file it began in.
   */
  readonly ready$: (next: number | undefined) => Observable<number>;
  /** The bytes until it is rotated. */
  readonly room: () => number;
  readonly wrote: (bytes: number) => void;
  /** Whether bytes were written that may not be on the disk, and are to be. */
  readonly isDirty: () => boolean;
  /** Never fails: that is reported. */
  readonly sync$: Observable<never>;
  /** The descriptor, as the process ends: opened if need be, and not rotated any more. Throws. */
  readonly readyNow: () => number;
  /** How many bytes a write under way has written, as the process ends: nobody can be asked, but the file has grown. */
  readonly writtenAtExit: (bytes: number, patience: WaitOneMs) => number;
  readonly syncNow: () => void;
  /** Closes it; whether that succeeds changes nothing for what comes next. */
  readonly letGo: () => void;
  /** Closes it for good. */
  readonly end: () => void;
}

/** How often, in ms, it is made sure that the path still leads to the file that is open. */
const LOOK = 100;
/** How many ms a rotation that failed is put off. The file grows meanwhile: better than to lose lines. */
const PUT_OFF = 30_000;

/** @param report is told of failures that keep no line from being written */
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
  let lookedAt = 0;
  let putOffUntil = 0;
  let tidying = Subscription.EMPTY;

  const sync$ = defer(() => {
    dirty = false;
    return fd === undefined ? EMPTY : synced$(fd);
  });
  const opened$ = effects.open$(path, umask).pipe(
    switchMap((opened) =>
      effects.stat$(opened).pipe(
        // A pipe or a device that cannot be asked is written to all the same.
        catchError(() => of({ size: 0, mtime: 0, id: '', regular: false })),
        map(({ size, mtime, id, regular }) => {
          fd = opened;
          file = { size, since: mtime, id, regular };
          lookedAt = scheduler.now();
          // Also at the first time: what an earlier manager left undone.
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
      rotate === undefined || !file.regular || scheduler.now() < putOffUntil ? Infinity : rotate.size - file.size,
    wrote,
    isDirty: () => dirty,
    readyNow: () => (fd ??= effects.atExit.open(path, umask)),
    writtenAtExit: (bytes, patience) => {
      // What it has announced and half made is taken away.
      tidying.unsubscribe();
      // A pipe or a device does not grow, but takes bytes at once or not at all.
      if (!file.regular) return bytes;
      let grown = 0;
      while (fd !== undefined && (grown = effects.atExit.size(fd) - file.size) < bytes && patience());
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
    letGo,
    end: () => {
      tidying.unsubscribe();
      letGo();
    },
  };

  function wrote(bytes: number): void {
    if (bytes === 0) return;
    if (file.size === 0) file.since = scheduler.now();
    file.size += bytes;
    // To bring what is in a pipe to a disk is an error.
    dirty = fsync !== 'never' && file.regular;
  }

  /** A file that was renamed or removed, by whomever, is not written to any longer: what it is given would be lost. */
  function stillThere$(open: number): Observable<number> {
    const now = scheduler.now();
    if (now - lookedAt < LOOK) return of(open);
    lookedAt = now;
    return effects.stat$(path).pipe(
      map(({ id }) => id === file.id),
      catchError((error: unknown) => of(describeError(error).code !== 'ENOENT')),
      switchMap((same) => {
        if (same) return of(open);
        letGo();
        return opened$;
      }),
    );
  }

  function isRotationDue(next: number): boolean {
    const now = scheduler.now();
    return rotate !== undefined && file.regular && now >= putOffUntil && isDue(rotate, file, next, now);
  }

  /**
   * Renamed, and opened anew: never copied and truncated, which loses what is written in between. A link stays, and what
   * it leads to is renamed. Others may rotate the same file: one does, the others open what it has made.
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
      // Another process is at it.
      defaultIfEmpty(false),
      tap((renamed) => {
        if (!renamed) putOffUntil = scheduler.now() + LOOK;
      }),
      catchError((error: unknown) => {
        // Somebody else has put it aside.
        if (describeError(error).code === 'ENOENT') return of(true);
        putOffUntil = scheduler.now() + PUT_OFF;
        report(error);
        return of(false);
      }),
    );
    return renamed$.pipe(
      switchMap((renamed) => {
        if (!renamed) return of(open);
        letGo();
        return opened$;
      }),
    );
  }

  /** One at a time; the next rotation begins it anew. */
  function tidy(): void {
    if (rotate === undefined || !file.regular) return;
    tidying.unsubscribe();
    tidying = tidy$(path, rotate, effects, scheduler).subscribe({ next: report, error: report });
  }

  function letGo(): void {
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
