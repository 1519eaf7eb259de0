import * as v from 'valibot';
import { type Check, checkArgument } from './check.js';

/** A check by a schema. */
export function bySchema(schema: v.GenericSchema): Check {
  return (value) => {
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) return undefined;
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const within = path === null ? '' : `.${path}`.replace(/\.(\d+)/g, '[$1]');
    return { within, value: issue.input, text: issue.message };
  };
}

/** @throws RxvisorError with code `ERR_OPTION`, with the place, the value and the remedy, unless it fits */
export function checkBy(schema: v.GenericSchema, name: string, value: unknown): void {
  checkArgument(name, value, bySchema(schema));
}
