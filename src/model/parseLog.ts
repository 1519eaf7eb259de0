import * as v from 'valibot';
import type { LogSpec } from './childSpec.js';
import { SpecError } from './errors.js';
import { isRecord } from './isRecord.js';
import { findLogProblem, logFields, logSchema, rotateFields } from './logSchema.js';
import { refuseUnknown } from './refuseUnknown.js';
import { show } from './show.js';

/**
 * Checks where a log goes and how it is kept.
 *
 * @throws {@link SpecError} naming the first wrong field, its value and the remedy
 */
export function parseLog(log: unknown): string | LogSpec {
  if (isRecord(log)) {
    refuseUnknown(log, logFields, 'log.');
    const rotate: unknown = Reflect.get(log, 'rotate');
    if (isRecord(rotate)) refuseUnknown(rotate, rotateFields, 'log.rotate.');
    const wrong = findLogProblem({ ...log });
    if (wrong !== undefined) throw new SpecError(`log.${wrong.field}`, wrong.problem);
  }
  const result = v.safeParse(logSchema, log, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SpecError('log', `${show(issue.input)} ${issue.message}`);
}
