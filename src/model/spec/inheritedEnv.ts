import type { ChildSpec } from './childSpec.js';

/** Variables that a child inherits. */
export type InheritedEnv = Readonly<Record<string, string>>;

/** The spec with another inherited environment. A child with `extendEnv: false` inherits nothing, and its spec stays the same. */
export function withInheritedEnv(spec: ChildSpec, extendEnv: InheritedEnv | undefined): ChildSpec {
  return extendEnv === undefined || spec.extendEnv === false ? spec : { ...spec, extendEnv };
}

/** The spec for a saved list: without the inherited environment if `saveEnv` is `false`. */
export function savedSpec({ extendEnv, ...spec }: ChildSpec): ChildSpec {
  const leftOut = extendEnv === undefined || (spec.saveEnv === false && typeof extendEnv === 'object');
  return leftOut ? spec : { ...spec, extendEnv };
}
