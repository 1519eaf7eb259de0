import * as v from 'valibot';
import { text } from '../model/fields.js';
import type { Target } from '../model/target.js';

const remedy = `Give a name, an id, { "pid": 1234 }, { "ids": [1, 2] } or { "all": true }.`;
const whole = v.pipe(v.number(), v.integer());

/** Decodes a target that came over the wire. */
export const targetSchema: v.GenericSchema<WireTarget, Target> = v.pipe(
  v.union(
    [
      text('a name', remedy),
      whole,
      v.strictObject({ pid: whole }),
      v.strictObject({ ids: v.array(whole) }),
      v.strictObject({ all: v.literal(true) }),
    ],
    `is not a target. ${remedy}`,
  ),
  v.transform((target) => toTarget(target)),
);

type WireTarget = string | number | { pid: number } | { ids: number[] } | { all: true };

function toTarget(target: WireTarget): Target {
  if (typeof target !== 'object' || 'pid' in target) return target;
  if ('all' in target) return () => true;
  const ids = new Set(target.ids);
  return ({ id }) => id !== undefined && ids.has(id);
}
