import type { Plan } from '../model/plan.js';
import { asarUnpackedPath } from './asar.js';
import type { ProbePlace } from './check$.js';
import { launchEnv } from './launchEnv.js';
import type { LaunchEffects } from './resolveLaunch.js';

/** Where the `exec` probes of a child run: in the folder and the environment of a program that the child would start. */
export function probePlace(plan: Plan, effects: LaunchEffects): ProbePlace {
  const { cwd, umask } = plan.program;
  return { cwd: asarUnpackedPath(cwd), umask, env: launchEnv(plan, { cookie: undefined, node: false }, effects) };
}
