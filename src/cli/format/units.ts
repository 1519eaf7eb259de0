/** A size in bytes as people say it, of 1,024: `512B`, `45.2M`, `1.5G`, as top(1) and pm2 do. */
export function formatBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const count = bytes / 1_024 ** power;
  return `${power === 0 || count >= 100 ? Math.round(count) : Math.round(count * 10) / 10}${BYTE_UNITS[power] ?? ''}`;
}

const BYTE_UNITS = ['B', 'K', 'M', 'G', 'T'];

/** Units, largest first: the name, its length in seconds, and how many make one of the next larger. */
const DURATION_UNITS = [
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
  const largest = DURATION_UNITS.findIndex(({ length }) => seconds >= length);
  return DURATION_UNITS.slice(largest, largest + 2)
    .map(({ unit, length, wrap }) => ({ unit, count: Math.floor(seconds / length) % wrap }))
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${count}${unit}`)
    .join(' ');
}

/** A share of 100: `0.3%`, `12%`. */
export function formatPercent(percent: number): string {
  return `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)}%`;
}
