import * as v from 'valibot';
import { RxvisorError } from '../../model/errors.js';
import { schemaCheck, text } from '../../model/schema/fields.js';
import { show } from '../../model/show.js';
import type { Target } from '../../model/target.js';
import type { ControlTarget } from './protocol.js';

const remedy = `Give a name, an id, { "pid": 1234 }, { "ids": [1, 2] }, { "namespace": "batch" } or { "all": true }.`;
const integer = v.pipe(v.number(), v.integer());

/** Decodes the target of a request. */
export const targetSchema: v.GenericSchema<WireTarget, Target> = v.pipe(
  v.union(
    [
      text('a name', remedy),
      integer,
      v.strictObject({ pid: integer }),
      v.strictObject({ ids: v.array(integer) }),
      v.strictObject({ namespace: text('a namespace', remedy) }),
      v.strictObject({ all: v.literal(true) }),
    ],
    `is not a target. ${remedy}`,
  ),
  v.transform((target) => toTarget(target)),
);

/**
 * Checks a target and makes the request parameter for it.
 *
 * @throws RxvisorError with code `ERR_TARGET` for an invalid target
 */
export function targetParams(target: ControlTarget): { readonly target: ControlTarget } {
  const problem = check(target);
  if (problem === undefined) return { target };
  const remedy = "Give a name, an id, { pid }, { ids: [1, 2] }, { namespace: 'batch' } or { all: true }.";
  throw new RxvisorError('ERR_TARGET', `target: ${show(target)} is not a target. ${remedy}`);
}

type WireTarget = string | number | { pid: number } | { ids: number[] } | { namespace: string } | { all: true };

function toTarget(target: WireTarget): Target {
  if (typeof target !== 'object' || 'pid' in target) return target;
  if ('all' in target) return () => true;
  if ('namespace' in target) return ({ namespace }) => namespace === target.namespace;
  const ids = new Set(target.ids);
  return ({ id }) => id !== undefined && ids.has(id);
}

const check = schemaCheck(targetSchema);
