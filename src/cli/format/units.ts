/** Formats a size in bytes: `512B`, `45.2M`, `1.5G`. The units are powers of 1,024, as in top(1) and pm2. */
export function formatBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const count = bytes / 1_024 ** power;
  return `${power === 0 || count >= 100 ? Math.round(count) : Math.round(count * 10) / 10}${BYTE_UNITS[power] ?? ''}`;
}

/** Formats a duration in ms with at most two units, rounded down: `850ms`, `2.5s`, `42s`, `3m 5s`, `2h`. */
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

/** Formats a count with its noun: `1 line`, `2 lines`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Formats a percentage: `0.3%`, `12%`. */
export function formatPercent(percent: number): string {
  return `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)}%`;
}

const BYTE_UNITS = ['B', 'K', 'M', 'G', 'T'];

/** Units, largest first: name, length in seconds, and how many of them make one larger unit. */
const DURATION_UNITS = [
  { unit: 'd', length: 86_400, wrap: Infinity },
  { unit: 'h', length: 3_600, wrap: 24 },
  { unit: 'm', length: 60, wrap: 60 },
  { unit: 's', length: 1, wrap: 60 },
] as const;
