import type { Paint } from './paintIn.js';

/** How things are shown: on a terminal times are short, and what would move its cursor is taken out. */
export interface View {
  readonly live: boolean;
  readonly paint: Paint;
}

/** When it was: the time of day for people at a terminal, ISO 8601 for files and programs. `now` in ms since the epoch. */
export function timeText(now: number, { live, paint }: View): string {
  const date = new Date(now);
  return paint('dim', live ? date.toTimeString().slice(0, 8) : date.toISOString());
}
