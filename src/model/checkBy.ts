import * as v from 'valibot';
import { RxvisorError } from './errors.js';
import { show } from './show.js';

/** @throws {@link RxvisorError} with code `ERR_OPTION`, with the place, the value and the remedy, unless it fits */
export function checkBy(schema: v.GenericSchema, name: string, value: unknown): void {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return;
  const [issue] = result.issues;
  const within = v.getDotPath(issue);
  const place = within === null ? name : `${name}.${within}`.replace(/\.(\d+)/g, '[$1]');
  throw new RxvisorError('ERR_OPTION', `${place}: ${show(issue.input)} ${issue.message}`);
}
