import { resolve } from 'node:path';
import { SpecError } from '../model/errors.js';
import { parseSpec } from '../model/schema/parseSpec.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { mapLogPaths } from '../model/spec/logPlan.js';
import type { Plan } from '../model/spec/plan.js';
import { clusterSpec } from '../ports/cluster.js';
import { resolveSpec } from '../process/resolveSpec.js';

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

/** A spec whose relative paths start at `folder`, wherever the manager is. `script` follows `cwd`, as always. */
export function rebaseSpec(spec: ChildSpec, folder: string): ChildSpec {
  const cwd = resolve(folder, spec.cwd ?? '.');
  return spec.log === undefined
    ? { ...spec, cwd }
    : { ...spec, cwd, log: mapLogPaths(spec.log, (path) => resolve(folder, path)) };
}
