import { isRecord } from '../../model/check.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { type Pm2App, pm2Instances } from './pm2Instances.js';

/** What pm2 knows of its apps, as specs of ours; `left` has a sentence for each key without an equal. */
export interface Imported {
  readonly services: readonly ChildSpec[];
  readonly unsupported: readonly string[];
}

/**
 * The apps of a pm2 dump (an array of what its daemon remembers) or of an ecosystem file (`{ apps }`), as services.
 *
 * @param env which `env_NAME` is added to `env`
 * @returns undefined when it is neither
 */
export function importPm2(file: unknown, env?: string): Imported | undefined {
  const dumped = Array.isArray(file);
  const apps = dumped ? file : isRecord(file) && 'apps' in file ? [file.apps].flat() : undefined;
  if (!apps?.every(isApp)) return undefined;
  const beside = isRecord(file) ? Object.entries(file).filter(([key]) => key !== 'apps') : [];
  return {
    services: apps.flatMap((app) => pm2Instances(app, env)),
    unsupported: [
      ...beside.map(([key, value]) => unsupportedText(`${key}: ${show(value)}`)),
      ...apps.flatMap((app) => unsupportedIn(app, dumped, env)),
    ],
  };
}

function isApp(value: unknown): value is Pm2App {
  return isRecord(value) && ('script' in value || 'pm_exec_path' in value);
}

/** A dump holds all that pm2 itself remembers of an app beside what was asked for: of that nobody is told. */
function unsupportedIn(app: Pm2App, dumped: boolean, env: string | undefined): readonly string[] {
  const name = typeof app.name === 'string' ? app.name : show(app.pm_exec_path ?? app.script);
  const unknown = Object.entries(app).filter(([key]) => !dumped && !SUPPORTED_KEYS.has(key) && !key.startsWith('env_'));
  const missing =
    env !== undefined && !dumped && !isRecord(app[`env_${env}`])
      ? [`${name}: env_${env} is not in the file. The app gets only its env.`]
      : [];
  return [...unknown.map(([key, value]) => unsupportedText(`${name}: ${key}: ${show(value)}`)), ...missing];
}

function unsupportedText(what: string): string {
  return `${what}: has no equal here, and is left out.`;
}

/** What has its equal here; pm2 has several words for some of it. */
const SUPPORTED_KEYS: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'script', 'args', 'cwd', 'interpreter', 'exec_interpreter', 'node_args', 'interpreter_args'],
  ...['instances', 'exec_mode', 'env', 'watch', 'ignore_watch', 'max_memory_restart', 'cron_restart'],
  ...['autorestart', 'max_restarts', 'min_uptime', 'restart_delay', 'exp_backoff_restart_delay', 'stop_exit_codes'],
  ...['kill_timeout', 'wait_ready', 'listen_timeout', 'out_file', 'error_file', 'merge_logs'],
]);
