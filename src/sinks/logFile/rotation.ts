import { basename, dirname, join } from 'node:path';
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  forkJoin,
  from,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  switchMap,
  takeWhile,
  timer,
} from 'rxjs';
import { describeError } from '../../model/errors.js';
import type { FileEffects } from '../../model/fileEffects.js';
import { isRotated, type RotatePlan } from '../../model/spec/logPlan.js';

/** How many ms after its rotation a file is compressed: another process may have it open, and notices within 100 ms. */
const REST = 1_000;

type RotationEffects = Pick<FileEffects, 'list$' | 'stat$' | 'real$' | 'exclusive$' | 'rename$' | 'remove$' | 'gzip$'>;

/** What is being compressed. A name of its own, so that half a file is never taken for a whole one. */
const PART = '.part';

/** Whether a file that holds `size` bytes, begun at `since` (ms since the epoch), is to be rotated before `next` more. */
export function isDue(
  plan: RotatePlan,
  file: { readonly size: number; readonly since: number },
  next: number,
  now: number,
): boolean {
  if (file.size === 0) return false;
  return file.size + next > plan.size || period(file.since, plan.interval) !== period(now, plan.interval);
}

/** Intervals are counted from midnight, local time: a day ends when the day ends. */
function period(time: number, interval: number): number {
  return Math.floor((time - new Date(time).getTimezoneOffset() * 60_000) / interval);
}

/** Renames a log out of the way. */
export function rotate$(path: string, now: number, effects: RotationEffects): Observable<void> {
  return rotated$(path, effects).pipe(
    concatMap((names) => {
      // A clock that was set back, or two rotations within a ms, must not overwrite a file, nor change the order.
      const newest = names.map((name) => stampTime(name.slice(basename(path).length + 1))).at(-1) ?? 0;
      return effects.rename$(path, `${path}.${stamp(Math.max(now, newest + 1))}`);
    }),
  );
}

/** Compresses what has been rotated and removes what is beyond the plan. Goes on after a failure, which is emitted. */
export function tidy$(
  path: string,
  plan: RotatePlan,
  effects: RotationEffects,
  scheduler: SchedulerLike,
): Observable<unknown> {
  return effects.real$(path).pipe(
    switchMap((real) =>
      effects.exclusive$(
        `${real}.tidy`,
        concat(
          removeParts$(real, effects),
          prune$(real, plan, effects),
          plan.gzip ? concat(compress$(real, effects, scheduler), prune$(real, plan, effects)) : EMPTY,
        ),
      ),
    ),
    // Others have put it aside: the next rotation sees to that, too.
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? EMPTY : of(error))),
  );
}

function compress$(path: string, effects: RotationEffects, scheduler: SchedulerLike): Observable<unknown> {
  return rotated$(path, effects).pipe(
    mergeMap((names) => from(names.filter((name) => !name.endsWith('.gz')))),
    concatMap((name) => {
      const age = scheduler.now() - stampTime(name.slice(basename(path).length + 1));
      // A clock that was set back makes none wait longer.
      const rest = Math.min(REST, REST - age);
      const file$ = compressed$(join(dirname(path), name), effects);
      return failing$(rest > 0 ? timer(rest, scheduler).pipe(concatMap(() => file$)) : file$);
    }),
  );
}

/** What has grown meanwhile, because somebody still writes to it, is compressed again. */
function compressed$(file: string, effects: RotationEffects): Observable<unknown> {
  const once$ = defer(() => effects.stat$(file)).pipe(
    concatMap(({ size }) =>
      concat(effects.gzip$(file, `${file}.gz${PART}`).pipe(ignoreElements()), effects.stat$(file)).pipe(
        map((after) => after.size === size),
      ),
    ),
  );
  return concat(
    once$.pipe(
      repeat(),
      takeWhile((whole) => !whole),
    ),
    defer(() => effects.rename$(`${file}.gz${PART}`, `${file}.gz`)),
    defer(() => effects.remove$(file)),
  );
}

function prune$(path: string, { keep, keepSize }: RotatePlan, effects: RotationEffects): Observable<unknown> {
  return rotated$(path, effects).pipe(
    map((names) => names.map((name) => join(dirname(path), name)).reverse()),
    mergeMap((files) =>
      files.length === 0
        ? EMPTY
        : forkJoin(
            files.map((file) =>
              effects.stat$(file).pipe(
                map(({ size }) => ({ file, size })),
                catchError(() => of({ file, size: 0 })),
              ),
            ),
          ),
    ),
    mergeMap((files) => {
      let total = 0;
      return files.filter(({ size }, index) => {
        total += size;
        return index >= keep || total > keepSize;
      });
    }),
    concatMap(({ file }) => failing$(effects.remove$(file))),
  );
}

function removeParts$(path: string, effects: RotationEffects): Observable<unknown> {
  return effects.list$(dirname(path)).pipe(
    mergeMap((names) =>
      names.filter((name) => name.endsWith(PART) && isRotated(basename(path), name.slice(0, -PART.length))),
    ),
    concatMap((name) => failing$(effects.remove$(join(dirname(path), name)))),
  );
}

/** The names of the rotated files of a log, the oldest first. */
function rotated$(path: string, effects: RotationEffects): Observable<readonly string[]> {
  return effects
    .list$(dirname(path))
    .pipe(map((names) => names.filter((name) => isRotated(basename(path), name)).sort()));
}

/** Only a failure comes through, as a value. That a file is gone already is none. */
function failing$(step$: Observable<unknown>): Observable<unknown> {
  return step$.pipe(
    ignoreElements(),
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? EMPTY : of(error))),
  );
}

function stamp(time: number): string {
  return new Date(time).toISOString().replaceAll(':', '-');
}

function stampTime(text: string): number {
  const [day = '', clock = ''] = text.slice(0, 24).split('T');
  return Date.parse(`${day}T${clock.replaceAll('-', ':')}`);
}
