/** A share of 100: `0.3%`, `12%`. */
export function formatPercent(percent: number): string {
  return `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)}%`;
}
