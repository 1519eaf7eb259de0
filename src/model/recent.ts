/**
 * The times within so many ms before `now`. One that lies ahead was noted before the clock was set back: nobody knows how long ago
 * that is, and so it counts as now, and no longer than the others.
 */
export function recent(times: readonly number[], now: number, within: number): readonly number[] {
  return times.map((time) => Math.min(time, now)).filter((time) => time > now - within);
}
