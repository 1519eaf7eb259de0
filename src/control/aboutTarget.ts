import { bySchema } from '../model/checkBy.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import type { ControlTarget } from './protocol.js';
import { targetSchema } from './targetSchema.js';

const check = bySchema(targetSchema);

/**
 * The part of a request that selects the children.
 *
 * @throws RxvisorError with code `ERR_TARGET`, before anything is sent
 */
export function targetParams(target: ControlTarget): { readonly target: ControlTarget } {
  const problem = check(target);
  if (problem === undefined) return { target };
  const remedy = 'Give a name, an id, { pid }, { ids: [1, 2] } or { all: true }.';
  throw new RxvisorError('ERR_TARGET', `target: ${show(target)} names no child. ${remedy}`);
}
