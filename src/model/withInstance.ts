import type { ChildSpec } from './childSpec.js';

/** The spec of one of several instances: `RXVISOR_INSTANCE` says which, and for programs made for pm2 `NODE_APP_INSTANCE`. */
export function withInstance(spec: ChildSpec, instance: number): ChildSpec {
  const number = String(instance);
  return { ...spec, env: { ...spec.env, NODE_APP_INSTANCE: number, RXVISOR_INSTANCE: number } };
}
