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
  /** What the table shows; a first value comes at once. */
  readonly state$: Observable<T>;
  /** The lines of the table, now. */
  readonly draw: (state: T) => readonly string[];
  readonly columns: () => number;
  /** Whether what was written before waits still: the table is not drawn again for a terminal that is stopped. */
  readonly busy: () => boolean;
  /** Draw it again, at once. */
  readonly resized$: Observable<unknown>;
  /** Ctrl-Z: the terminal is for others to write to until `suspend` returns. */
  readonly suspended$: Observable<unknown>;
  readonly suspend: () => void;
}

/** How long text may wait for the next frame, in ms, and how much of it, in characters. */
const FRAME_INTERVAL = 200;

const FRAME_SIZE = 65_536;

/** How often the table is drawn again if nothing happens: uptimes count seconds. */
const REDRAW_INTERVAL = 1_000;

/**
 * What to write to a terminal so that `text$` scrolls by above a table that stays in its place.
 *
 * ```text
 * text$     ---a-b-------|
 * pinned$   t-----(abt)--(t|)        t: the table
 * ```
 *
 * A frame erases the last table, prints what text there is, and draws the table again, all in one write: no flicker.
 * The cursor rests below it, visible, so that nothing has to be put back, however this ends.
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

    /** What stands there now belongs to what others have written; the next table is drawn below all of it. */
    function suspendDrawing(): void {
      drawn = [];
      suspend();
    }
  });
}

/** Up to where the table begins, and clear from there. A terminal that has become narrower has wrapped its lines. */
function erase(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  return rows === 0 ? '' : `\r\u001B[${rows}A\u001B[J`;
}
