/** A counter of recent events: restarts, for example. Times are in ms. */
export interface SlidingWindow {
  /**
   * Whether the window is full: `max` events within the `within` ms that end at `now`.
   *
   * @param delay the window ends this many ms after `now`. Default `0`
   */
  readonly isFull: (now: number, delay?: number) => boolean;
  readonly add: (now: number) => void;
  readonly clear: () => void;
}

/**
 * Makes a sliding window. An event that is exactly `within` ms old is no longer in it.
 *
 * @param max number of events that fill the window
 * @param within length of the window in ms
 */
export function slidingWindow({ max, within }: { readonly max: number; readonly within: number }): SlidingWindow {
  let times: readonly number[] = [];
  return {
    isFull: (now, delay = 0) => timesAfter(now, now + delay - within).length >= max,
    add: (now) => {
      times = [...timesAfter(now, now - within), now];
    },
    clear: () => {
      times = [];
    },
  };

  /** A time in the future was added before the clock was set back. Its age is unknown, so it counts as `now`. */
  function timesAfter(now: number, start: number): readonly number[] {
    return times.map((time) => Math.min(time, now)).filter((time) => time > start);
  }
}
