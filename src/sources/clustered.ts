import type { ChildSpec } from '../model/childSpec.js';
import { SpecError } from '../model/errors.js';
import type { Program } from '../model/plan.js';
import { resolveSpec } from './resolveSpec.js';
import { runsInNode } from './runsInNode.js';

/**
 * The spec of a server among others on one port: by default it is ready when it listens, and has time for its last requests.
 *
 * @throws SpecError when it is not run by Node
 */
export function clusterSpec(spec: ChildSpec): ChildSpec {
  refuseOtherPrograms(resolveSpec(spec).program);
  return { ...spec, ready: spec.ready ?? 'listening', grace: spec.grace ?? 10_000 };
}

function refuseOtherPrograms(program: Program): void {
  if (runsInNode(program)) return;
  const { script, command } = program;
  const [field, value] = command === undefined ? ['script', script] : ['command', command];
  throw new SpecError(
    field,
    `'${String(value)}' is not run by Node, and cannot share a port. Use fleet(), or a script.`,
  );
}
