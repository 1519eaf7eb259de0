import { resolve } from 'node:path';
import { SpecError } from '../model/errors.js';
import { parseSpec } from '../model/schema/parseSpec.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { mapLogPaths } from '../model/spec/logPlan.js';
import { type InheritedEnv, withInheritedEnv } from '../model/spec/inheritedEnv.js';
import type { Plan } from '../model/spec/plan.js';
import { clusterSpec } from '../ports/cluster.js';
import { resolveSpec } from '../process/resolveSpec.js';

/** A spec with absolute paths, and the plan made from it. */
export interface PlannedChild {
  readonly plan: Plan;
  readonly spec: ChildSpec;
}

/** A planned child whose inherited environment may change between its runs. */
export interface ChangeableChild {
  readonly plan: Plan;
  /** The spec with the current environment. */
  readonly spec: () => ChildSpec;
  /** Every later run inherits these variables. */
  readonly inherit: (env: InheritedEnv) => void;
}

/**
 * Checks a spec and makes its plan.
 *
 * @throws SpecError, before any effect
 */
export function planChild(spec: ChildSpec): PlannedChild {
  const { dependsOn: _, ...program } = parseSpec(spec);
  return {
    plan: resolveSpec(program.exec === 'cluster' ? clusterSpec(program) : program),
    spec: rebaseSpec(spec, '.'),
  };
}

/**
 * Checks specs and makes their plans.
 *
 * @throws SpecError, before any effect. Its `field` names the wrong spec: `specs[1].grace`
 */
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

/** Makes the inherited environment of a child changeable: the plan that it returns has the current one at each run. */
export function changeableChild(planned: PlannedChild): ChangeableChild {
  const { plan } = planned;
  let { spec } = planned;
  let { extendEnv } = plan.program;
  const program: Plan['program'] = {
    ...plan.program,
    get extendEnv() {
      return extendEnv;
    },
  };
  return {
    plan: { ...plan, program },
    spec: () => spec,
    inherit: (env) => {
      if (extendEnv === false) return;
      extendEnv = env;
      spec = withInheritedEnv(spec, env);
    },
  };
}

/** Makes the relative paths of a spec absolute: they start at `folder`. `script` stays relative to `cwd`. */
export function rebaseSpec(spec: ChildSpec, folder: string): ChildSpec {
  const cwd = resolve(folder, spec.cwd ?? '.');
  return spec.log === undefined
    ? { ...spec, cwd }
    : { ...spec, cwd, log: mapLogPaths(spec.log, (path) => resolve(folder, path)) };
}
