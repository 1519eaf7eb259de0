import type { ChildSpec } from '../model/childSpec.js';
import type { LogPlan } from '../model/plan.js';
import { planLog } from '../model/planLog.js';

/** The files that a child's log goes to, by the paths of its spec. */
export function logFilesOf({ log }: Pick<ChildSpec, 'log'>): LogPlan['files'] {
  return log === undefined ? [] : planLog(log, false, (path) => path).files;
}
