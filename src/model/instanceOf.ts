import type { ChildSpec } from './childSpec.js';

/** Which of several instances it is, by its `RXVISOR_INSTANCE`; undefined for one that has none. */
export function instanceOf({ env }: Pick<ChildSpec, 'env'>): number | undefined {
  const number = env?.RXVISOR_INSTANCE;
  return number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : undefined;
}
