import type { ChildSpec } from './childSpec.js';

/**
 * The defaults of services of a config, where they differ from those of the library.
 *
 * `grace`: the 200 ms of the library would kill a database while it writes.
 */
export const commandDefaults: { readonly grace: number } = { grace: 5_000 };

/** Fills in the defaults that differ from those of the library. */
export function withCommandDefaults(spec: ChildSpec): ChildSpec {
  const { grace = commandDefaults.grace } = spec;
  // Instances that share ports have a longer grace period by default, for their last requests.
  return spec.exec === 'cluster' ? spec : { ...spec, grace };
}
