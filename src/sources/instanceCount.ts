import { availableParallelism } from 'node:os';

/** How many `'max'` are, one for each core; and -1, one less than that, and so on, but one at least. */
export function instanceCount(instances: number | 'max'): number {
  const cores = availableParallelism();
  if (instances === 'max') return cores;
  return instances < 0 ? Math.max(1, cores + instances) : instances;
}
