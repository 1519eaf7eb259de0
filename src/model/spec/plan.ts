import type { ChildSpec, RestartLimit, Schedule } from './childSpec.js';
import type { LogPlan } from './logPlan.js';
import type { ProbePlan } from './probe.js';

/** What makes a plan a plan. No JSON has it: a spec cannot pass for one that has been checked. */
export const checked: unique symbol = Symbol('rxvisor.checked');

/** A spec with every default filled in and every path absolute: what the pipeline works from. */
export interface Plan {
  readonly [checked]: true;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly program: Program;
  readonly restartAt: readonly number[] | Schedule;
  readonly giveUpOn: readonly (number | string)[];
  readonly restart: {
    readonly restartOk: number;
    readonly restartOn: 'crash' | 'exit';
    readonly stopExitCodes: readonly number[];
    readonly limit: RestartLimit | undefined;
  };
  readonly stop: { readonly grace: number };
  readonly stopSignal: NodeJS.Signals;
  readonly ready: Extract<ChildSpec['ready'], string> | { readonly line: RegExp | string } | ProbePlan;
  readonly readyTimeout: number;
  readonly liveness: ProbePlan | undefined;
  readonly triggers: TriggerPlan;
  readonly maxLineLength: number;
  readonly output: boolean;
  readonly allowDetached: boolean;
  /** How many ms it has to stay ready to count as started; undefined: that is for the caller to say. */
  readonly settle: number | undefined;
  /** How many ms its log may take to be complete, once it has ended. */
  readonly logGrace: number;
  readonly log: LogPlan | undefined;
}

/** What to run. `cwd` is absolute; `script` is as the user wrote it. */
export interface Program {
  readonly script: string | undefined;
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  readonly interpreter: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `env` is added to the manager's environment, or is all. */
  readonly extendEnv: boolean;
  /** Of file modes; undefined: the manager's. */
  readonly umask: number | undefined;
  readonly serialization: 'json' | 'advanced';
}

/** What restarts a child, beside its own ends and its commands. Paths are absolute. */
export interface TriggerPlan {
  readonly watch: {
    /** From the first; a command can turn it on and off. */
    readonly on: boolean;
    readonly cwd: string;
    readonly paths: readonly string[];
    readonly ignore: readonly string[];
    readonly debounce: number;
  };
  readonly cron: { readonly expression: string; readonly timezone: string | undefined } | undefined;
  readonly maxRss: { readonly bytes: number; readonly every: number } | undefined;
}

/** What restarts a child beside its own ends, with every default filled in and the paths made absolute by `resolve`. */
export function planTriggers(
  { watch = false, cron, maxRss }: Pick<ChildSpec, 'watch' | 'cron' | 'maxRss'>,
  resolve: (path: string) => string,
): TriggerPlan {
  const files = isList(watch) ? { paths: watch } : typeof watch === 'boolean' ? {} : watch;
  return {
    watch: {
      on: watch !== false,
      cwd: resolve('.'),
      paths: (files.paths ?? ['.']).map(resolve),
      ignore: files.ignore ?? [],
      debounce: files.debounce ?? 200,
    },
    cron:
      cron === undefined
        ? undefined
        : typeof cron === 'string'
          ? { expression: cron, timezone: undefined }
          : { expression: cron.expression, timezone: cron.timezone },
    maxRss:
      maxRss === undefined
        ? undefined
        : typeof maxRss === 'number'
          ? { bytes: maxRss, every: 5_000 }
          : { bytes: maxRss.bytes, every: maxRss.every ?? 5_000 },
  };
}

/** Array.isArray does not tell a read-only array from the rest. */
function isList(watch: ChildSpec['watch']): watch is readonly string[] {
  return Array.isArray(watch);
}
