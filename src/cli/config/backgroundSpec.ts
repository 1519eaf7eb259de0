import { join } from 'node:path';
import { managerPaths } from '../../control/discovery/managerPaths.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import type { InheritedEnv } from '../../model/spec/inheritedEnv.js';
import { withoutRxvisorEnv } from '../../process/launchEnv.js';
import { rebaseSpec } from '../../supervisor/planChild.js';
import { withCommandDefaults } from '../../model/spec/commandDefaults.js';
import { logName, logRotation } from './logName.js';

/**
 * Prepares a service for the background. It gets the environment and umask of this command, and a log file if it has
 * none. If this command itself runs under a manager, the variables of that manager are removed: the service must
 * outlive it.
 */
export function backgroundSpec(service: ChildSpec): ChildSpec {
  const spec = rebaseSpec(withCommandDefaults(service), '.');
  const complete = { ...spec, ...ownEnv(spec), umask: spec.umask ?? currentUmask() };
  if (spec.log !== undefined) return complete;
  const log = { file: join(managerPaths().logs, logName(spec)), rotate: logRotation };
  return { output: false, ...complete, log };
}

/** The environment that services of this command inherit. */
export function callerEnv(): InheritedEnv {
  return definedIn(withoutRxvisorEnv(process.env));
}

/**
 * The environment of this command becomes the one that the service inherits. It stays apart from `env`, because env files win over
 * it, but not over `env`.
 */
function ownEnv({ env = {}, extendEnv = true, envFile }: ChildSpec): Pick<ChildSpec, 'env' | 'extendEnv'> {
  const inherited = extendEnv === true ? callerEnv() : extendEnv;
  const removed = Object.keys(env).filter((key) => env[key] === undefined);
  return {
    // JSON has no `undefined`. An env file could set the variable again, so then `portableSpec` refuses it.
    env: envFile === undefined ? definedIn(env) : env,
    extendEnv:
      inherited !== false && definedIn({ ...inherited, ...Object.fromEntries(removed.map((key) => [key, undefined])) }),
  };
}

function definedIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** The umask of this process, in octal digits. Node can read it safely only by setting it. */
function currentUmask(): string {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask.toString(8).padStart(3, '0');
}
