export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

export const median = (values) => quantile(values, 0.5);
export const highest = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);
export const lowest = (values) => -highest(values.map((value) => -value));

/** As text; what is not known is a dash. */
export const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
