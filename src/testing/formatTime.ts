/** A time in ms as people say it, exact to the ms: `0`, `150ms`, `2.001s`, `22m1.6s`, `1h30m`. */
export function formatTime(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${decimal(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = decimal((ms % 60_000) / 1_000);
  return [
    hours > 0 ? `${String(hours)}h` : '',
    minutes > 0 ? `${String(minutes)}m` : '',
    seconds === '0' ? '' : `${seconds}s`,
  ].join('');
}

function decimal(count: number): string {
  return String(Number(count.toFixed(3)));
}
