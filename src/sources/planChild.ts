import type { ChildSpec } from '../model/childSpec.js';
import { SpecError } from '../model/errors.js';
import { parseSpec } from '../model/parseSpec.js';
import type { Plan } from '../model/plan.js';
import { clusterSpec } from './clustered.js';
import { rebaseSpec } from './rebaseSpec.js';
import { resolveSpec } from './resolveSpec.js';

/** A spec with its paths made absolute, and what is to be done by it. */
export interface PlannedChild {
  readonly plan: Plan;
  readonly spec: ChildSpec;
}

/** @throws SpecError, before any effect */
export function planChild(spec: ChildSpec): PlannedChild {
  const given = parseSpec(spec);
  return { plan: resolveSpec(given.exec === 'cluster' ? clusterSpec(spec) : spec), spec: rebaseSpec(spec, '.') };
}

/** @throws SpecError, before any effect, whose field says which of them is wrong: `specs[1].grace` */
export function planChildren(specs: readonly ChildSpec[]): readonly PlannedChild[] {
  return specs.map((spec, index) => {
    try {
      return planChild(spec);
    } catch (cause) {
      if (!(cause instanceof SpecError)) throw cause;
      const { field, message } = cause;
      const within = field === 'spec' ? '' : `.${field}`;
      throw new SpecError(`specs[${String(index)}]${within}`, message.slice(`${field}: `.length), { cause });
    }
  });
}
