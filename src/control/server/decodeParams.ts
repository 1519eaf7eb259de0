import * as v from 'valibot';
import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';

/**
 * Checks the parameters of a request.
 *
 * @throws RxvisorError with code `ERR_OPTION`: the field, its value and the remedy
 */
export function decodeParams<S extends v.GenericSchema>(schema: S, params: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, params, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'params';
  throw new RxvisorError('ERR_OPTION', `${field}: ${problemOf(issue)}`);
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const value = show(issue.path?.at(-1)?.value);
  if (issue.expected === 'never') return `unknown field, with value ${value}. Remove it.`;
  if (issue.path !== undefined && issue.received === 'undefined') return 'missing. This field is required.';
  if (issue.message.startsWith('is ')) return `${show(issue.input)} ${issue.message}`;
  return `${show(issue.input)} is invalid: ${issue.message}.`;
}
