import { basename, extname, resolve } from 'node:path';
import { describeError, SpecError } from '../model/errors.js';
import { parseSpec } from '../model/schema/parseSpec.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { planEnvFiles } from '../model/spec/envFile.js';
import { planLog } from '../model/spec/logPlan.js';
import { checked, type Plan, planTriggers } from '../model/spec/plan.js';
import { planProbe } from '../model/spec/probe.js';
import { defaultDelays } from '../model/spec/schedule.js';
import { cronTimes } from '../system/cronTimes.js';
import { interpreterOf } from './resolveLaunch.js';

const NEEDS_SUPERVISOR =
  'a child by itself has nothing to wait for. Start it with its dependencies: supervise([...]), or a config.';

/** The default grace period, in ms. */
const GRACE = 200;

/**
 * Checks a spec, fills in the defaults and makes its paths absolute. Returns a plan unchanged.
 *
 * @throws {@link SpecError} before any effect
 */
export function resolveSpec(given: ChildSpec | Plan): Plan {
  if (isPlan(given)) return given;
  const spec = parseSpec(given);
  if (spec.dependsOn !== undefined) throw new SpecError('dependsOn', NEEDS_SUPERVISOR);
  refuseUnrunnable(spec);
  refuseInvalidCron(spec.cron);
  const umask = spec.umask === undefined ? undefined : Number.parseInt(spec.umask, 8);
  return {
    [checked]: true,
    name: spec.name,
    namespace: spec.namespace,
    program: {
      script: spec.script,
      command: spec.command,
      args: spec.args ?? [],
      execArgv: spec.execArgv ?? [],
      interpreter: spec.interpreter,
      cwd: resolve(spec.cwd ?? '.'),
      env: { ...spec.env },
      envFiles: planEnvFiles(spec.envFile ?? [], (path) => resolve(spec.cwd ?? '.', path)),
      extendEnv: spec.extendEnv ?? true,
      umask,
      serialization: spec.serialization ?? 'json',
    },
    restartAt: spec.restartAt ?? defaultDelays,
    giveUpOn: spec.giveUpOn ?? [],
    restart: {
      restartOk: spec.restartOk ?? 30 * 60_000,
      restartOn: spec.restartOn ?? 'crash',
      stopExitCodes: spec.stopExitCodes ?? [],
      limit: spec.limit,
    },
    atEnd: { onExit: spec.onExit ?? 'ignore', onFailure: spec.onFailure ?? 'ignore' },
    stop: { grace: spec.grace ?? GRACE },
    stopSignal: spec.stopSignal ?? 'SIGTERM',
    ready: planReady(spec.ready ?? 'spawn'),
    readyTimeout: spec.readyTimeout ?? 90_000,
    settle: spec.settle,
    liveness: spec.liveness === undefined ? undefined : planProbe(spec.liveness, 10_000),
    triggers: planTriggers(spec, (path) => resolve(spec.cwd ?? '.', path)),
    maxLineLength: spec.maxLineLength ?? 65_536,
    output: spec.output ?? true,
    allowDetached: spec.allowDetached ?? false,
    // A grace of 0 ms kills the child at once. Its log still needs time to be written.
    logGrace: spec.grace === undefined || spec.grace === 0 ? GRACE : spec.grace,
    log:
      spec.log === undefined ? undefined : planLog(spec.log, spec.stripANSI ?? false, (path) => resolve(path), umask),
  };
}

/**
 * The identity of a service: specs with the same key are instances of one service.
 *
 * The key is the namespace and the name. If the name is missing, or is only the default name of the script, the path of the
 * program is part of the key too.
 */
export function serviceKey({ namespace, name, script, command, cwd = '.' }: ChildSpec): string {
  return JSON.stringify([namespace, isChosen(name, script) ? [name] : [name, pathOf({ script, command, cwd })]]);
}

/** Whether a user chose this name. By default the command line uses the file name of the script. */
export function isChosen(name: string | undefined, script: string | undefined): name is string {
  return name !== undefined && (script === undefined || name !== basename(script, extname(script)));
}

/** The parameter is `unknown` because a caller in JavaScript may pass anything. */
function isPlan(given: unknown): given is Plan {
  return typeof given === 'object' && given !== null && checked in given;
}

/** Checks what depends on the name of the script, its interpreter and this version of Node. */
function refuseUnrunnable(spec: ChildSpec): void {
  const { script, interpreter, execArgv = [], ready } = spec;
  if (script === undefined) return;
  const chosen = interpreterOf(script, interpreter);
  if (chosen === undefined) {
    throw new SpecError(
      'script',
      `there is no default interpreter for the extension of '${script}'. Give an interpreter, or use command.`,
    );
  }
  if (chosen.node) {
    if (/\.[mc]?ts$/.test(script) && !readsTypeScript(spec)) {
      throw new SpecError(
        'script',
        `'${script}' is TypeScript, and Node ${process.version} cannot run it without a loader. Give one: execArgv: ['--import', 'tsx'].`,
      );
    }
    return;
  }
  if (execArgv.length > 0) {
    throw new SpecError('execArgv', `options for Node, but Node does not run '${script}'. Use args instead.`);
  }
  if (ready === 'message' || ready === 'listening') {
    throw new SpecError(
      'ready',
      `'${ready}' needs an IPC channel, but Node does not run '${script}'. Use { line: /pattern/ } or { tcp }.`,
    );
  }
}

/** Checks what depends on croner and on the time zones of this system. */
function refuseInvalidCron(cron: ChildSpec['cron']): void {
  if (cron === undefined) return;
  const { expression, timezone } = typeof cron === 'string' ? { expression: cron } : cron;
  try {
    cronTimes(expression, timezone);
  } catch (cause) {
    throw new SpecError('cron', describeError(cause).message, { cause });
  }
}

function planReady(ready: NonNullable<ChildSpec['ready']>): Plan['ready'] {
  return typeof ready === 'string' || 'line' in ready ? ready : planProbe(ready, 200);
}

/** Node 22.18 and later strip types. Older versions need a loader, in `execArgv` or in NODE_OPTIONS. */
function readsTypeScript({ execArgv = [], env = {}, extendEnv, interpreter }: ChildSpec): boolean {
  const inherited = typeof extendEnv === 'object' ? extendEnv : {};
  const options = [...execArgv, env.NODE_OPTIONS ?? inherited.NODE_OPTIONS ?? ''].join(' ');
  return (
    interpreter !== undefined ||
    ('typescript' in process.features && process.features.typescript !== false) ||
    /(^|\s)(--import|--require|-r|--loader|--experimental-loader|--experimental-(strip|transform)-types)\b/.test(
      options,
    )
  );
}

function pathOf({ script, command, cwd }: Pick<ChildSpec, 'script' | 'command'> & { readonly cwd: string }): string[] {
  if (script !== undefined) return [resolve(cwd, script)];
  // A command without a slash is looked up in PATH.
  if (command === undefined || /[\\/]/.test(command)) return [resolve(cwd, command ?? '.')];
  return [resolve(cwd), command];
}
