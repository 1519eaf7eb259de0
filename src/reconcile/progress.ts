import type { AbandonAction, ReportAction } from './action.js';
import type { ServiceProgress } from './observed.js';

/** The progress of a service after an action that reports the outcome of its changes. */
export function progressAfter(
  before: ServiceProgress | undefined,
  { type, key, generation }: AbandonAction | ReportAction,
): ServiceProgress {
  const reported = { ...before, key, reported: generation };
  if (type === 'abandon') return { ...reported, abandoned: generation };
  return type === 'settle' ? { ...reported, settled: generation } : reported;
}
