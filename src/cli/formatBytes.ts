/** A size in bytes as people say it, of 1,024: `512B`, `45.2M`, `1.5G`, as top(1) and pm2 do. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const count = bytes / 1_024 ** power;
  return `${power === 0 || count >= 100 ? Math.round(count) : Math.round(count * 10) / 10}${UNITS[power] ?? ''}`;
}

const UNITS = ['B', 'K', 'M', 'G', 'T'];
