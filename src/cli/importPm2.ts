import type { ChildSpec, LogSpec } from '../model/childSpec.js';
import { isRecord } from '../model/fields.js';
import { show } from '../model/show.js';
import { parseDuration } from './parseDuration.js';

/** What pm2 knows of an app, as a spec of ours; `left` names what of it has no equal here. */
export interface Imported {
  readonly services: readonly ChildSpec[];
  readonly left: readonly string[];
}

/**
 * The apps of a pm2 dump (an array of what its daemon remembers) or of an ecosystem file (`{ apps }`), as services.
 *
 * @returns undefined when it is neither
 */
export function importPm2(file: unknown): Imported | undefined {
  const apps = Array.isArray(file) ? file : isRecord(file) && 'apps' in file ? [file.apps].flat() : undefined;
  if (!apps?.every(isApp)) return undefined;
  const imported = apps.map(importApp);
  return { services: imported.flatMap(({ services }) => services), left: imported.flatMap(({ left }) => left) };
}

type App = Readonly<Record<string, unknown>>;

function isApp(value: unknown): value is App {
  return isRecord(value) && ('script' in value || 'pm_exec_path' in value);
}

function importApp(app: App): Imported {
  const script = text(app.pm_exec_path) ?? text(app.script);
  const interpreter = text(app.exec_interpreter) ?? text(app.interpreter);
  const name = text(app.name);
  const namespace = text(app.namespace);
  const cwd = text(app.pm_cwd) ?? text(app.cwd);
  const args = words(app.args);
  const execArgv = words(app.node_args) ?? words(app.interpreter_args);
  const log = logOf(app);
  const native = interpreter === undefined || interpreter === 'node';
  const spec: ChildSpec = {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && namespace !== 'default' && { namespace }),
    ...(interpreter === 'none' ? { command: script } : { script }),
    ...(!native && interpreter !== 'none' && { interpreter }),
    ...(args !== undefined && { args }),
    ...(execArgv !== undefined && native && { execArgv }),
    ...(cwd !== undefined && { cwd }),
    ...(log !== undefined && { log }),
    ...envOf(app),
    ...policyOf(app),
  };
  // In a dump each instance is an entry of its own.
  const instances = app.pm_exec_path === undefined && typeof app.instances === 'number' ? app.instances : 1;
  const left = LEFT.filter((key) => given(app[key])).map((key) => `${name ?? show(script)}: ${key}: ${show(app[key])}`);
  return { services: Array.from({ length: Math.max(1, instances) }, () => spec), left };
}

/** What changes how an app runs, and is not taken over. */
const LEFT = ['cron_restart', 'max_memory_restart', 'watch', 'exp_backoff_restart_delay', 'wait_ready'] as const;

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

function logOf(app: App): LogSpec | undefined {
  const stdout = text(app.pm_out_log_path) ?? text(app.out_file);
  const stderr = text(app.pm_err_log_path) ?? text(app.error_file);
  if (stdout === undefined && stderr === undefined) return undefined;
  if (stdout === stderr && stdout !== undefined) return { file: stdout };
  return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
}

/** A dump holds the whole environment of who started it, and says in `env` which of that was asked for. */
function envOf({ env }: App): Pick<ChildSpec, 'env'> {
  if (!isRecord(env)) return {};
  const entries = Object.entries(env).filter(([, value]) => typeof value !== 'object');
  return entries.length === 0 ? {} : { env: Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) };
}

/** pm2 restarts after a clean exit, too, at once, and for ever unless `autorestart` says otherwise. */
function policyOf(app: App): Partial<ChildSpec> {
  const { autorestart, max_restarts: max, stop_exit_codes: codes } = app;
  const [delay = 0, minUptime, grace] = [app.restart_delay, app.min_uptime, app.kill_timeout].map(milliseconds);
  // So many runs that each end before `min_uptime`, and the delays between them, fit into this.
  const within = (typeof max === 'number' ? max + 1 : 1) * ((minUptime ?? 1_000) + delay);
  return {
    ...(autorestart === false ? { restartAt: [] } : { restartOn: 'exit' as const }),
    ...(delay > 0 && autorestart !== false && { restartAt: [delay] }),
    ...(minUptime !== undefined && { restartOk: minUptime }),
    ...(typeof max === 'number' && max > 0 && { limit: { max, within } }),
    grace: grace ?? 1_600,
    ...(codes !== undefined && { stopExitCodes: [codes].flat().map(Number) }),
  };
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parseDuration(value) ?? parseDuration(`${value}ms`)) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function words(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value.map(String) : [];
  const found = list.filter((word) => word !== '');
  return found.length === 0 ? undefined : found;
}
