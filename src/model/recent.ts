/**
 * The times at most `within` ms before `now`. A time in the future was noted before the clock was set back. Its age is unknown, so
 * it counts as `now`.
 */
export function timesWithin(times: readonly number[], now: number, within: number): readonly number[] {
  return times.map((time) => Math.min(time, now)).filter((time) => time > now - within);
}
