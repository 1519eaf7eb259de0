/** Units, largest first: the name, its length in seconds, and how many make one of the next larger. */
const UNITS = [
  { unit: 'd', length: 86_400, wrap: Infinity },
  { unit: 'h', length: 3_600, wrap: 24 },
  { unit: 'm', length: 60, wrap: 60 },
  { unit: 's', length: 1, wrap: 60 },
] as const;

/** A duration in ms as people say it, in two units at most: `850ms`, `2.5s`, `42s`, `3m 5s`, `2h`. Rounded down. */
export function formatDuration(duration: number): string {
  const ms = Math.max(0, Math.floor(duration));
  if (ms < 1_000) return `${ms}ms`;
  if (ms < 10_000) return `${Math.floor(ms / 100) / 10}s`;
  const seconds = Math.floor(ms / 1_000);
  const largest = UNITS.findIndex(({ length }) => seconds >= length);
  return UNITS.slice(largest, largest + 2)
    .map(({ unit, length, wrap }) => ({ unit, count: Math.floor(seconds / length) % wrap }))
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${count}${unit}`)
    .join(' ');
}
