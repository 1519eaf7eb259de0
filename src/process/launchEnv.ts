import { dirname } from 'node:path';
import type { Effects } from '../model/effects.js';
import type { Plan } from '../model/spec/plan.js';
import type { ProbePlace } from '../model/spec/probe.js';

/** What the environment depends on beside the spec. `node`: the manager's own executable runs it, as Node. */
export interface LaunchKind {
  /** How its IPC channel encodes messages; undefined: it has none. */
  readonly ipc?: 'json' | 'advanced' | undefined;
  readonly cookie: string | undefined;
  readonly node: boolean;
}

/**
 * The manager's environment, the spec's laid over it, and over both what the child has to know of its manager. With
 * `extendEnv: false` the spec's only.
 *
 * The manager's own cookies are inherited in any case: its children belong to the runs that it belongs to. Cookies in
 * the spec come from whoever asked for the child, which is no reason to end the child with that run.
 *
 * In Electron the manager's executable is Electron itself, which is Node only when told so by ELECTRON_RUN_AS_NODE; any
 * other program must not inherit that, or an Electron app it starts would come up as Node.
 * https://www.electronjs.org/docs/latest/api/environment-variables
 */
export function launchEnv(
  { program, stop }: Plan,
  { cookie, node, ipc }: LaunchKind,
  { process: host }: LaunchEffects,
): NodeJS.ProcessEnv {
  const electron = !('electron' in host.versions) ? {} : { ELECTRON_RUN_AS_NODE: node ? '1' : undefined };
  const marks = {
    RXVISOR_MANAGER_PID: String(host.pid),
    RXVISOR_GRACE: String(stop.grace),
    // Node takes its own variable away before the program can read it.
    RXVISOR_SERIALIZATION: ipc === 'advanced' ? ipc : undefined,
    ...cookieEnv(cookie),
  };
  const env: Readonly<Record<string, string | undefined>> = {
    ...(program.extendEnv ? inheritedEnv(host.env) : cookiesIn(host.env)),
    ...electron,
    ...withoutCookies(program.env),
    ...marks,
  };
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

/** The cookie as a part of an environment. */
export function cookieEnv(cookie: string | undefined): Record<string, string> {
  if (cookie === undefined) return {};
  const [name = '', value = ''] = cookie.split('=');
  return { [name]: value };
}

/** A manager's cookie: one name for each manager, one value for each run. */
const cookie = /^RXVISOR_[0-9a-f]{16}$/;

/** What a manager says to one child, and to no descendant of it. */
const forOneChild = [
  'RXVISOR_MANAGER_PID',
  'RXVISOR_GRACE',
  'RXVISOR_SERIALIZATION',
  'RXVISOR_WIRE',
  'RXVISOR_WORKER',
  'RXVISOR_SESSION',
] as const;

type Env = Readonly<Record<string, string | undefined>>;

/** The cookies of an environment: the runs that the process belongs to. */
export function cookiesIn(env: Env): Env {
  return pick(env, (key) => cookie.test(key));
}

export function withoutCookies(env: Env): Env {
  return pick(env, (key) => !cookie.test(key));
}

/** What descendants inherit: also the cookies, since a child of a child belongs to the run. */
export function inheritedEnv(env: Env): Env {
  const own = new Set<string>(forOneChild);
  return pick(env, (key) => !own.has(key));
}

/**
 * An environment for a process that is independent of the run it is started from: without everything by which managers
 * mark their children. pm2's `NODE_APP_INSTANCE` is ours where `RXVISOR_INSTANCE` stands beside it.
 */
export function withoutRxvisorEnv(env: Env): Env {
  const numbers = env.RXVISOR_INSTANCE === undefined ? [] : ['RXVISOR_INSTANCE', 'NODE_APP_INSTANCE'];
  return pick(inheritedEnv(env), (key) => !cookie.test(key) && !numbers.includes(key));
}

function pick(env: Env, isPicked: (key: string) => boolean): Env {
  return Object.fromEntries(Object.entries(env).filter(([key]) => isPicked(key)));
}

/** What resolving a program needs of the world. */
export type LaunchEffects = Pick<Effects, 'isExecutable' | 'readText' | 'process' | 'cookie'>;

/** Where the `exec` probes of a child run: in the folder and the environment of a program that the child would start. */
export function probePlace(plan: Plan, effects: LaunchEffects): ProbePlace {
  const { cwd, umask } = plan.program;
  return { cwd: asarUnpackedPath(cwd), umask, env: launchEnv(plan, { cookie: undefined, node: false }, effects) };
}

/** A path segment that is an Electron archive; what was unpacked beside it has another extension already. */
const archive = /\.asar(?=[\\/]|$)/;

/**
 * Programs that are not Node cannot look into an archive: electron-builder's `asarUnpack` puts their files beside it,
 * in `app.asar.unpacked`. https://www.electronjs.org/docs/latest/tutorial/asar-archives
 */
export function asarUnpackedPath(path: string): string {
  return path.replace(archive, '.asar.unpacked');
}

/** An archive is a file, and no process can have its working directory in a file: the folder it lies in will do. */
export function asarParentFolder(cwd: string): string {
  const { index } = archive.exec(cwd) ?? {};
  return index === undefined ? cwd : dirname(cwd.slice(0, index));
}
