const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Node fires a timer beyond 2³¹ − 1 ms, 24.8 days, at once. */
const MAX = 24 * 86_400_000;

/** `500ms`, `5s`, `1.5h` in ms; undefined for anything else, for nothing, and for more than 24 days. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+|\d*\.\d+)(ms|[smhd])$/.exec(text) ?? [];
  const duration = Number(count) * (UNITS[unit] ?? NaN);
  return duration > 0 && duration <= MAX ? duration : undefined;
}
