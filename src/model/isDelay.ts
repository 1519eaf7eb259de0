/** Node fires a timer beyond this many ms at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const MAX_DELAY: number = 2 ** 31 - 1;

/** Whether a timer can wait this many ms. */
export function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_DELAY;
}
