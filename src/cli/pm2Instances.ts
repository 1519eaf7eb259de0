import type { ChildSpec, LogSpec } from '../model/childSpec.js';
import { RxvisorError } from '../model/errors.js';
import { isRecord } from '../model/isRecord.js';
import { MOST_INSTANCES } from '../model/mostInstances.js';
import { show } from '../model/show.js';
import { withInstance } from '../model/withInstance.js';
import { instanceCount } from '../sources/instanceCount.js';
import { pm2Policy } from './pm2Policy.js';
import { canHaveSuffix } from './takesSuffix.js';

/** An app as pm2 is given it, or as its dump remembers it. */
export type Pm2App = Readonly<Record<string, unknown>>;

/** One spec for each instance of an app of pm2's. */
export function pm2Instances(app: Pm2App, envName?: string): readonly ChildSpec[] {
  // In a dump each instance is an entry of its own.
  const count = app.pm_exec_path === undefined ? countOf(app.instances) : 1;
  const spec: ChildSpec = { ...programOf(app), ...pm2Policy(app) };
  const env = envOf(app, envName);
  return Array.from({ length: count }, (_, index) => {
    const log = logOf(app, count > 1 && app.merge_logs !== true ? `-${String(index)}` : '');
    // Where there are several, each has to know which one it is; a dump has it in its environment.
    const service: ChildSpec = {
      ...spec,
      ...(log !== undefined && { log }),
      ...(Object.keys(env).length > 0 && { env }),
    };
    return count > 1 ? withInstance(service, index) : service;
  });
}

/** 0 and `max`: one for each processor; -1: one less than that, and so on. @throws RxvisorError with code `ERR_CONFIG` */
function countOf(instances: unknown): number {
  if (instances === 'max') return instanceCount('max');
  const count = typeof instances === 'number' || typeof instances === 'string' ? Math.trunc(Number(instances)) : 1;
  if (count > MOST_INSTANCES) {
    const remedy = `Give ${String(MOST_INSTANCES)} at most.`;
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
  const args = words(app.args);
  const execArgv = words(app.node_args) ?? words(app.interpreter_args);
  const native = interpreter === undefined || interpreter === 'node';
  // pm2 looks in the PATH for what is no file: `npm`, for one.
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

/** pm2 gives each instance files of its own, unless `merge_logs` says otherwise: `out-0.log`, `out-1.log`. */
function logOf(app: Pm2App, suffix: string): LogSpec | undefined {
  const [stdout, stderr] = [
    text(app.pm_out_log_path) ?? text(app.out_file),
    text(app.pm_err_log_path) ?? text(app.error_file),
  ].map((path) => (path !== undefined && canHaveSuffix(path) ? path.replace(/(\.[^./\\]*)?$/, `${suffix}$1`) : path));
  if (stdout === undefined && stderr === undefined) return undefined;
  if (stdout === stderr && stdout !== undefined) return { file: stdout };
  return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
}

/** A dump holds the whole environment of who started it, and says in `env` which of that was asked for. */
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

function words(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value.map(String) : [];
  const found = list.filter((word) => word !== '');
  return found.length === 0 ? undefined : found;
}
