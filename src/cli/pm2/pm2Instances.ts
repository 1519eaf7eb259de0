import { statSync } from 'node:fs';
import { isRecord } from '../../model/check.js';
import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import type { LogSpec } from '../../model/spec/logSpec.js';
import { MAX_INSTANCES, withInstance } from '../../model/spec/instance.js';
import type { WatchSpec } from '../../model/spec/triggers.js';
import { instanceCount } from '../../ports/cluster.js';
import { parseDuration } from '../options.js';

/** An app of an ecosystem file or of a dump. */
export type Pm2App = Readonly<Record<string, unknown>>;

/** Makes one spec for each instance of a pm2 app. */
export function pm2Instances(app: Pm2App, envName?: string): readonly ChildSpec[] {
  // In a dump, each instance is an entry of its own.
  const count = app.pm_exec_path === undefined ? countOf(app.instances) : 1;
  const spec: ChildSpec = { ...programOf(app), ...pm2Policy(app) };
  const env = envOf(app, envName);
  return Array.from({ length: count }, (_, index) => {
    const log = logOf(app, count > 1 && app.merge_logs !== true ? `-${String(index)}` : '');
    // With several instances, each gets its number. In a dump, the number is already in `env`.
    const service: ChildSpec = {
      ...spec,
      ...(log !== undefined && { log }),
      ...(Object.keys(env).length > 0 && { env }),
    };
    return count > 1 ? withInstance(service, index) : service;
  });
}

/**
 * The number of instances. 0 and `max`: one for each core; -1: one less than that, and so on.
 *
 * @throws RxvisorError with code `ERR_CONFIG` when the number is too large
 */
function countOf(instances: unknown): number {
  if (instances === 'max') return instanceCount('max');
  const count = typeof instances === 'number' || typeof instances === 'string' ? Math.trunc(Number(instances)) : 1;
  if (count > MAX_INSTANCES) {
    const remedy = `Give ${String(MAX_INSTANCES)} at most.`;
    throw new RxvisorError('ERR_CONFIG', `instances: ${show(instances)} is not a number of instances. ${remedy}`);
  }
  return Number.isNaN(count) ? 1 : instanceCount(count === 0 ? 'max' : count);
}

function programOf(app: Pm2App): ChildSpec {
  const script = text(app.pm_exec_path) ?? text(app.script);
  const interpreter = text(app.exec_interpreter) ?? text(app.interpreter);
  const name = text(app.name);
  const namespace = text(app.namespace);
  const cwd = text(app.pm_cwd) ?? text(app.cwd);
  const args = wordList(app.args);
  const execArgv = wordList(app.node_args) ?? wordList(app.interpreter_args);
  const native = interpreter === undefined || interpreter === 'node';
  // pm2 searches the PATH for a script without a dot or slash, such as `npm`.
  const bare = interpreter === undefined && script !== undefined && !/[./\\]/.test(script);
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && namespace !== 'default' && { namespace }),
    ...(interpreter === 'none' || bare ? { command: script } : { script }),
    ...(!native && interpreter !== 'none' && { interpreter }),
    ...(args !== undefined && { args }),
    ...(execArgv !== undefined && native && { execArgv }),
    ...(cwd !== undefined && { cwd }),
    ...(native &&
      !bare &&
      typeof app.exec_mode === 'string' &&
      app.exec_mode.startsWith('cluster') && { exec: 'cluster' as const, ready: 'spawn' as const }),
  };
}

/** pm2 gives each instance its own log files, such as `out-0.log` and `out-1.log`, unless `merge_logs` is set. */
function logOf(app: Pm2App, suffix: string): LogSpec | undefined {
  const [stdout, stderr] = [
    text(app.pm_out_log_path) ?? text(app.out_file),
    text(app.pm_err_log_path) ?? text(app.error_file),
  ].map((path) => (path !== undefined && canHaveSuffix(path) ? path.replace(/(\.[^./\\]*)?$/, `${suffix}$1`) : path));
  if (stdout === undefined && stderr === undefined) return undefined;
  if (stdout === stderr && stdout !== undefined) return { file: stdout };
  return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
}

/**
 * Only `env` and the chosen `env_NAME`. The other keys of a dump also hold the environment of the shell that ran pm2.
 */
function envOf(app: Pm2App, name: string | undefined): Readonly<Record<string, string>> {
  const chosen = name === undefined ? undefined : app[`env_${name}`];
  const entries = [app.env, chosen].flatMap((env) => (isRecord(env) ? Object.entries(env) : []));
  return Object.fromEntries(
    entries.filter(([, value]) => typeof value !== 'object').map(([key, value]) => [key, String(value)]),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function wordList(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value.map(String) : [];
  const found = list.filter((word) => word !== '');
  return found.length === 0 ? undefined : found;
}

/** Restart, readiness and trigger settings as in pm2. Keeps invalid values: `parseSpec` reports them. */
function pm2Policy(app: Pm2App): ChildSpec {
  return { ...restartsOf(app), ...readinessOf(app), ...triggersOf(app) };
}

/** The exponential back-off of pm2. `ok`: a run of this length resets it, in ms. `longest`: maximum delay, in ms. */
const EXPONENTIAL = { ok: 30_000, longest: 15_000, factor: 1.5 };

/** pm2 also restarts after a clean exit, and without limit, unless `autorestart` is false. */
function restartsOf(app: Pm2App): ChildSpec {
  const { autorestart, max_restarts: max, stop_exit_codes: codes } = app;
  const [delay = 0, minUptime, first = 0] = [app.restart_delay, app.min_uptime, app.exp_backoff_restart_delay].map(
    milliseconds,
  );
  // `max_restarts` runs shorter than `min_uptime`, with the delays between them, fit into this time.
  const within = (typeof max === 'number' ? max + 1 : 1) * ((minUptime ?? 1_000) + delay);
  const ok = minUptime ?? (first > 0 ? EXPONENTIAL.ok : undefined);
  return {
    ...(autorestart === false ? { restartAt: [] } : { restartOn: 'exit' as const }),
    ...(autorestart !== false && first > 0 && { restartAt: exponential(first) }),
    ...(autorestart !== false && first === 0 && delay > 0 && { restartAt: [delay] }),
    ...(ok !== undefined && { restartOk: ok }),
    ...(typeof max === 'number' && max > 0 && { limit: { max, within } }),
    ...(codes !== undefined && { stopExitCodes: [codes].flat().map(Number) }),
  };
}

/** The delays as numbers, because a function cannot be sent to a manager. The last delay repeats. */
function exponential(first: number): readonly number[] {
  const delays = [first];
  for (let delay = first; delay < EXPONENTIAL.longest;) {
    delay = Math.min(EXPONENTIAL.longest, Math.floor(delay * EXPONENTIAL.factor) + 1);
    delays.push(delay);
  }
  return delays;
}

function readinessOf(app: Pm2App): ChildSpec {
  const [grace = 1_600, readyTimeout] = [app.kill_timeout, app.listen_timeout].map(milliseconds);
  return {
    grace,
    ...(app.wait_ready === true && { ready: 'message' as const }),
    ...(readyTimeout !== undefined && { readyTimeout }),
  };
}

function triggersOf(app: Pm2App): ChildSpec {
  const { cron_restart: cron, max_memory_restart: memory } = app;
  const watch = watchOf(app);
  const maxRss = typeof memory === 'number' ? memory : typeof memory === 'string' ? bytesOf(memory) : undefined;
  return {
    ...(watch !== undefined && { watch }),
    ...(typeof cron === 'string' && cron !== '' && cron !== '0' && { cron }),
    ...(maxRss !== undefined && maxRss !== 0 && { maxRss }),
  };
}

function watchOf({ watch, ignore_watch: ignored }: Pm2App): WatchSpec | undefined {
  const paths = typeof watch === 'string' || Array.isArray(watch) ? [watch].flat().map(String) : undefined;
  if (paths === undefined && watch !== true) return undefined;
  const ignore = typeof ignored === 'string' || Array.isArray(ignored) ? [ignored].flat().map(String) : undefined;
  return { ...(paths !== undefined && { paths }), ...(ignore !== undefined && { ignore }) };
}

/** Parses `100K`, `150M` or `1.5G`, with powers of 1,024 as in pm2. NaN for any other text. */
function bytesOf(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(text) ?? [];
  return Math.round(Number(count) * 1_024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase()));
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parseDuration(value) ?? parseDuration(`${value}ms`) ?? NaN) : undefined;
}

/** Whether each instance can have its own log file: not when the log is a device, a FIFO or a socket. */
function canHaveSuffix(log: string): boolean {
  try {
    return statSync(log).isFile();
  } catch {
    // The log does not exist yet.
    return true;
  }
}
