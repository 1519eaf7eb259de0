import { cookiesIn, inheritedEnv, withoutCookies } from '../model/marks.js';
import type { Plan } from '../model/plan.js';
import type { LaunchEffects } from './resolveLaunch.js';

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
