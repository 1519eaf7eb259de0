import type { ProbePlan } from './plan.js';
import type { ProbeSpec } from './probeSpec.js';

/** A probe with every default filled in; `every` in ms. */
export function planProbe(probe: ProbeSpec, every: number): ProbePlan {
  return {
    ...probe,
    every: probe.every ?? every,
    timeout: probe.timeout ?? 1_000,
    failures: probe.failures ?? 3,
  };
}
