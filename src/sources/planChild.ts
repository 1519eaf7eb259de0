import type { ChildSpec } from '../model/childSpec.js';
import { parseSpec } from '../model/parseSpec.js';
import type { Plan } from '../model/plan.js';
import { clustered } from './clustered.js';
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
  return { plan: resolveSpec(given.exec === 'cluster' ? clustered(spec) : spec), spec: rebaseSpec(spec, '.') };
}
