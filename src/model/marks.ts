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
