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

/** How long after its rotation a file is compressed, in ms. Another process that has it open notices within 100 ms. */
const COMPRESS_AFTER = 1_000;

type RotationEffects = Pick<FileEffects, 'list$' | 'stat$' | 'real$' | 'exclusive$' | 'rename$' | 'remove$' | 'gzip$'>;

/** The ending of a file that is not completely compressed yet. */
const PART = '.part';

/** Whether a file of `size` bytes, started at `since` (ms since the epoch), is rotated before `next` more bytes. */
export function isDue(
  plan: RotatePlan,
  file: { readonly size: number; readonly since: number },
  next: number,
  now: number,
): boolean {
  if (file.size === 0) return false;
  return file.size + next > plan.size || period(file.since, plan.interval) !== period(now, plan.interval);
}

/** Renames a log to a name with the time in it. */
export function rotate$(path: string, now: number, effects: RotationEffects): Observable<void> {
  return rotated$(path, effects).pipe(
    concatMap((names) => {
      // If the clock was set back, or for two rotations within a ms: no file is overwritten, and the order of names stays.
      const newest = names.map((name) => stampTime(name.slice(basename(path).length + 1))).at(-1) ?? 0;
      return effects.rename$(path, `${path}.${stamp(Math.max(now, newest + 1))}`);
    }),
  );
}

/** Compresses rotated files, and removes the ones that the plan does not keep. Emits failures and continues. */
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
    // Another process has renamed it. The next rotation tidies this one up, too.
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? EMPTY : of(error))),
  );
}

/** The number of the interval that contains a time. Intervals start at local midnight. */
function period(time: number, interval: number): number {
  return Math.floor((time - new Date(time).getTimezoneOffset() * 60_000) / interval);
}

function compress$(path: string, effects: RotationEffects, scheduler: SchedulerLike): Observable<unknown> {
  return rotated$(path, effects).pipe(
    mergeMap((names) => from(names.filter((name) => !name.endsWith('.gz')))),
    concatMap((name) => {
      const age = scheduler.now() - stampTime(name.slice(basename(path).length + 1));
      // Never longer than the constant, even if the clock was set back.
      const wait = Math.min(COMPRESS_AFTER, COMPRESS_AFTER - age);
      const file$ = compressed$(join(dirname(path), name), effects);
      return failing$(wait > 0 ? timer(wait, scheduler).pipe(concatMap(() => file$)) : file$);
    }),
  );
}

/** Compresses a file. If it has grown meanwhile, because another process still writes to it, it is compressed again. */
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

/** The names of the rotated files of a log, oldest first. */
function rotated$(path: string, effects: RotationEffects): Observable<readonly string[]> {
  return effects
    .list$(dirname(path))
    .pipe(map((names) => names.filter((name) => isRotated(basename(path), name)).sort()));
}

/** Emits only the failure of a step, as a value. A file that does not exist any more is not a failure. */
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
