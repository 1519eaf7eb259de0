import type { ChildSpec } from '../model/childSpec.js';

/** A spec that is given up after so many restarts, ever; none: as it was. */
export function withMaxRestarts(spec: ChildSpec, maxRestarts: number | undefined): ChildSpec {
  if (maxRestarts === undefined) return spec;
  return maxRestarts === 0
    ? { ...spec, restartAt: [] }
    : { ...spec, limit: { max: maxRestarts, within: Number.MAX_SAFE_INTEGER } };
}
