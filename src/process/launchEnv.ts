import { dirname } from 'node:path';
import type { Effects } from '../model/effects.js';
import type { Plan } from '../model/spec/plan.js';
import type { ProbePlace } from '../model/spec/probe.js';

/** The effects that resolve a program. */
export type LaunchEffects = Pick<Effects, 'isExecutable' | 'readText' | 'process' | 'cookie'>;

/** How a program is launched, as far as its environment depends on it. */
export interface LaunchKind {
  /** How its IPC channel encodes messages. Undefined: no channel. */
  readonly ipc?: 'json' | 'advanced' | undefined;
  readonly cookie: string | undefined;
  /** Whether the manager's own executable runs it, as Node. */
  readonly node: boolean;
}

/**
 * The environment of a child. From the bottom up: the environment of the manager, or what `extendEnv` gives instead, the `env` of the
 * plan, and the variables by which a child knows its manager.
 *
 * A child always inherits the manager's own cookies, because it belongs to the same runs as the manager. Cookies in the spec are
 * removed: they come from the environment of the client that started the child, and the child must not end with that run.
 *
 * In Electron, the manager's executable is Electron, which runs as Node only with ELECTRON_RUN_AS_NODE. Other programs do not
 * get this variable: an Electron app started by one of them would run as Node.
 * https://www.electronjs.org/docs/latest/api/environment-variables
 */
export function launchEnv(
  { program, stop }: Plan,
  { cookie, node, ipc }: LaunchKind,
  { process: manager }: LaunchEffects,
): NodeJS.ProcessEnv {
  const electron = !('electron' in manager.versions) ? {} : { ELECTRON_RUN_AS_NODE: node ? '1' : undefined };
  const marks = {
    RXVISOR_MANAGER_PID: String(manager.pid),
    RXVISOR_GRACE: String(stop.grace),
    // Node removes its own variable (NODE_CHANNEL_SERIALIZATION_MODE) before the program can read it.
    RXVISOR_SERIALIZATION: ipc === 'advanced' ? ipc : undefined,
    ...cookieEnv(cookie),
  };
  const env: Readonly<Record<string, string | undefined>> = {
    ...baseEnv(program.extendEnv, manager.env),
    ...electron,
    ...withoutCookies(program.env),
    ...marks,
  };
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

function baseEnv(extendEnv: Plan['program']['extendEnv'], managerEnv: Env): Env {
  if (extendEnv === true) return inheritedEnv(managerEnv);
  return { ...(extendEnv !== false && withoutCookies(extendEnv)), ...cookiesIn(managerEnv) };
}

/** Where the `exec` probes of a child run: in the folder of the child, with the environment of a program that it would start. */
export function probePlace(plan: Plan, effects: LaunchEffects): ProbePlace {
  const { cwd, umask } = plan.program;
  return { cwd: asarUnpackedPath(cwd), umask, env: launchEnv(plan, { cookie: undefined, node: false }, effects) };
}

/** A cookie as an environment variable. */
export function cookieEnv(cookie: string | undefined): Record<string, string> {
  if (cookie === undefined) return {};
  const [name = '', value = ''] = cookie.split('=');
  return { [name]: value };
}

/** The name of a cookie. Each manager has its own name, each run its own value. */
const cookieName = /^RXVISOR_[0-9a-f]{16}$/;

/** The variables that a manager sets for a child. The descendants of the child do not get them. */
const childVariables: ReadonlySet<string> = new Set([
  'RXVISOR_MANAGER_PID',
  'RXVISOR_GRACE',
  'RXVISOR_SERIALIZATION',
  'RXVISOR_WIRE',
  'RXVISOR_WORKER',
  'RXVISOR_SESSION',
]);

type Env = Readonly<Record<string, string | undefined>>;

/** The cookies in an environment. They name the runs to which the process belongs. */
export function cookiesIn(env: Env): Env {
  return pick(env, (key) => cookieName.test(key));
}

export function withoutCookies(env: Env): Env {
  return pick(env, (key) => !cookieName.test(key));
}

/** The variables that descendants inherit. Cookies are among them: a descendant of a child belongs to the run. */
export function inheritedEnv(env: Env): Env {
  return pick(env, (key) => !childVariables.has(key));
}

/**
 * Removes all variables by which managers mark their children, for a process that is independent of the current run. The
 * `NODE_APP_INSTANCE` of pm2 is removed too if `RXVISOR_INSTANCE` is set: then this library has set both.
 */
export function withoutRxvisorEnv(env: Env): Env {
  const numbers = env.RXVISOR_INSTANCE === undefined ? [] : ['RXVISOR_INSTANCE', 'NODE_APP_INSTANCE'];
  return pick(inheritedEnv(env), (key) => !cookieName.test(key) && !numbers.includes(key));
}

function pick(env: Env, isPicked: (key: string) => boolean): Env {
  return Object.fromEntries(Object.entries(env).filter(([key]) => isPicked(key)));
}

/** The end of a path segment that is an Electron archive. It does not match `app.asar.unpacked`. */
const archive = /\.asar(?=[\\/]|$)/;

/**
 * The path in `app.asar.unpacked` of a path in `app.asar`. Only Node in Electron can read an archive; for other programs,
 * `asarUnpack` of electron-builder puts the files there. https://www.electronjs.org/docs/latest/tutorial/asar-archives
 */
export function asarUnpackedPath(path: string): string {
  return path.replace(archive, '.asar.unpacked');
}

/** The folder of the archive, for a `cwd` inside it: an archive is a file, so it cannot be a working directory. */
export function asarParentFolder(cwd: string): string {
  const { index } = archive.exec(cwd) ?? {};
  return index === undefined ? cwd : dirname(cwd.slice(0, index));
}
