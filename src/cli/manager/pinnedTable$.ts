import {
  asyncScheduler,
  connect,
  defer,
  endWith,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  startWith,
  takeUntil,
  tap,
  withLatestFrom,
} from 'rxjs';
import { batchTime } from '../../operators/batchTime.js';
import { widthOf } from '../table/table.js';

export interface PinnedTableOptions<T> {
  /** The content of the table. It emits a first value synchronously. */
  readonly state$: Observable<T>;
  /** Returns the lines of the table. */
  readonly draw: (state: T) => readonly string[];
  readonly columns: () => number;
  /** True while earlier text waits to be written: a table for a stopped terminal is not drawn again. */
  readonly busy: () => boolean;
  /** Redraws the table at once. */
  readonly resized$: Observable<unknown>;
  /** Ctrl-Z: other programs write to the terminal until `suspend` returns. */
  readonly suspended$: Observable<unknown>;
  readonly suspend: () => void;
}

/** Maximum time that text waits for the next frame, in ms, and maximum size of the waiting text, in characters. */
const FRAME_INTERVAL = 200;

const FRAME_SIZE = 65_536;

/** Time between two redraws without events, in ms: the table shows uptimes in seconds. */
const REDRAW_INTERVAL = 1_000;

/**
 * Emits what to write to a terminal so that `text$` scrolls above a table that stays in place.
 *
 * ```text
 * text$     ---a-b-------|
 * result    t-----(abt)--(t|)        t: the table
 * ```
 *
 * Each frame erases the last table, prints the waiting text, and draws the table again. It is one write, so nothing
 * flickers. The cursor stays visible below the table, so that the terminal needs no repair, however this process ends.
 */
export function pinnedTable$<T>(
  text$: Observable<string>,
  { state$, draw, columns, busy, resized$, suspended$, suspend }: PinnedTableOptions<T>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<string> {
  return defer(() => {
    let drawn: readonly string[] = [];
    return text$.pipe(
      connect((text$) =>
        merge(
          text$.pipe(
            batchTime(FRAME_INTERVAL, { maxSize: FRAME_SIZE, sizeOf: (text) => text.length }, scheduler),
            map((texts) => texts.join('')),
          ),
          merge(
            interval(REDRAW_INTERVAL, scheduler).pipe(filter(() => !busy())),
            resized$,
            suspended$.pipe(tap(suspendDrawing)),
          ).pipe(
            map(() => ''),
            takeUntil(text$.pipe(ignoreElements(), endWith(true))),
          ),
        ),
      ),
      startWith(''),
      endWith(''),
      withLatestFrom(state$),
      map(([text, state]) => {
        const erased = erase(drawn, columns());
        drawn = draw(state);
        return `${erased}${text}${drawn.map((line) => `${line}\n`).join('')}`;
      }),
    );

    /** Forgets the drawn table: other programs may write below it, and the next table comes after their output. */
    function suspendDrawing(): void {
      drawn = [];
      suspend();
    }
  });
}

/**
 * Moves the cursor to the start of the table and clears from there. A terminal that became narrower has wrapped the
 * lines.
 */
function erase(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  return rows === 0 ? '' : `\r\u001B[${rows}A\u001B[J`;
}
