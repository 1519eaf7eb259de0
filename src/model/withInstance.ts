import type { ChildSpec } from './childSpec.js';
import { instanceOf } from './instanceOf.js';
import { mapLogPaths } from './mapLogPaths.js';

/**
 * The spec of one of several instances: `RXVISOR_INSTANCE` says which, and for programs made for pm2 `NODE_APP_INSTANCE`. Logs
 * that bear the number of another one, `web-0.log`, bear its own.
 */
export function withInstance(spec: ChildSpec, instance: number): ChildSpec {
  const number = String(instance);
  const before = instanceOf(spec);
  return {
    ...spec,
    ...(spec.log !== undefined && before !== undefined && { log: mapLogPaths(spec.log, renumbered(before, instance)) }),
    env: { ...spec.env, NODE_APP_INSTANCE: number, RXVISOR_INSTANCE: number },
  };
}

function renumbered(before: number, instance: number): (path: string) => string {
  const ending = new RegExp(String.raw`-${before}(\.[^./\\]*)?$`);
  return (path) => path.replace(ending, (_, extension = '') => `-${instance}${String(extension)}`);
}
