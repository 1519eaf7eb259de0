import type { ChildSpec } from './childSpec.js';

/** How many ms a child has to stay up, where nobody has said how to see that it is ready. */
const SETTLE = 1_000;

/** How many ms a child has to stay ready to count as started, for the command and for control. */
export function settleOf({ settle, ready, exec }: Pick<ChildSpec, 'settle' | 'ready' | 'exec'>): number {
  const readiness = ready ?? (exec === 'cluster' ? 'listening' : 'spawn');
  return settle ?? (readiness === 'spawn' ? SETTLE : 0);
}
