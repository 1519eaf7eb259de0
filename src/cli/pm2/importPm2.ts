import { isRecord } from '../../model/check.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { type Pm2App, pm2Instances } from './pm2Instances.js';

/** The apps of pm2 as specs, and a sentence for each unsupported key. */
export interface Imported {
  readonly services: readonly ChildSpec[];
  readonly unsupported: readonly string[];
}

/**
 * Converts a pm2 dump (an array of apps) or an ecosystem file (`{ apps }`) to services.
 *
 * @param env NAME of the `env_NAME` to add to `env`
 * @returns undefined when the file is neither
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

/** Keys of an app that rxvisor does not support. None for a dump, which is full of internal keys of pm2. */
function unsupportedIn(app: Pm2App, dumped: boolean, env: string | undefined): readonly string[] {
  const name = typeof app.name === 'string' ? app.name : show(app.pm_exec_path ?? app.script);
  const unknown = Object.entries(app).filter(([key]) => !dumped && !SUPPORTED_KEYS.has(key) && !key.startsWith('env_'));
  const missing =
    env !== undefined && !dumped && !isRecord(app[`env_${env}`])
      ? [`${name}: env_${env} is not in the file. The service gets only env.`]
      : [];
  return [
    ...unknown.map(([key, value]) => unsupportedText(`${name}: ${key}: ${show(value)}`)),
    ...missing,
    ...cronJobIn(app, name),
  ];
}

/** For pm2, this is a job that runs at fixed times. A `cron` of rxvisor only restarts a service that still runs. */
function cronJobIn({ autorestart, cron_restart: cron }: Pm2App, name: string): readonly string[] {
  if (autorestart !== false || typeof cron !== 'string' || cron === '') return [];
  return [
    `${name}: cron_restart: ${show(cron)} does not start a job that has ended. Let crontab run: rxvisor restart ${name}`,
  ];
}

function unsupportedText(what: string): string {
  return `${what}: not supported by rxvisor; left out.`;
}

/** Keys of pm2 that rxvisor supports; some have two names in pm2. */
const SUPPORTED_KEYS: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'script', 'args', 'cwd', 'interpreter', 'exec_interpreter', 'node_args', 'interpreter_args'],
  ...['instances', 'exec_mode', 'env', 'watch', 'ignore_watch', 'max_memory_restart', 'cron_restart'],
  ...['autorestart', 'max_restarts', 'min_uptime', 'restart_delay', 'exp_backoff_restart_delay', 'stop_exit_codes'],
  ...['kill_timeout', 'wait_ready', 'listen_timeout', 'out_file', 'error_file', 'merge_logs'],
]);
