import type { ChildSpec, RestartLimit, Schedule } from './childSpec.js';
import type { EnvFilePlan } from './envFile.js';
import type { LogPlan } from './logPlan.js';
import type { ProbePlan } from './probe.js';

/** The brand of a plan. JSON cannot contain a symbol, so that an unchecked spec cannot pass as a plan. */
export const checked: unique symbol = Symbol('rxvisor.checked');

/** A checked spec with all defaults and absolute paths. */
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
  readonly atEnd: { readonly onExit: 'ignore' | 'stopAll'; readonly onFailure: 'ignore' | 'stopAll' };
  readonly stop: { readonly grace: number };
  readonly stopSignal: NodeJS.Signals;
  readonly ready: Extract<ChildSpec['ready'], string> | { readonly line: RegExp | string } | ProbePlan;
  readonly readyTimeout: number;
  readonly liveness: ProbePlan | undefined;
  readonly triggers: TriggerPlan;
  readonly maxLineLength: number;
  readonly output: boolean;
  readonly allowDetached: boolean;
  /** How many ms the child has to stay ready to count as started. Undefined: the caller decides. */
  readonly settle: number | undefined;
  /** How many ms the log may take to be complete after the child has ended. */
  readonly logGrace: number;
  readonly log: LogPlan | undefined;
}

/** The program of a plan. `cwd` is absolute; `script` is as in the spec. */
export interface Program {
  readonly script: string | undefined;
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  readonly interpreter: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files with variables, from the weakest to the strongest. `env` wins over them. */
  readonly envFiles: readonly EnvFilePlan[];
  /** Whether the environment of the manager is inherited; an object is inherited instead of it. */
  readonly extendEnv: boolean | Readonly<Record<string, string>>;
  /** The file mode creation mask. Undefined: that of the manager. */
  readonly umask: number | undefined;
  readonly serialization: 'json' | 'advanced';
}

/** The triggers of restarts, with all defaults. Paths are absolute. */
export interface TriggerPlan {
  readonly watch: {
    /** Whether it is on at the start. A `watch` command changes it. */
    readonly on: boolean;
    readonly cwd: string;
    readonly paths: readonly string[];
    readonly ignore: readonly string[];
    readonly debounce: number;
  };
  readonly cron: { readonly expression: string; readonly timezone: string | undefined } | undefined;
  readonly maxRss: { readonly bytes: number; readonly every: number } | undefined;
}

/** Fills in the defaults of the triggers. `resolve` makes a path absolute. */
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

/** TypeScript does not narrow a read-only array by `Array.isArray`. */
function isList(watch: ChildSpec['watch']): watch is readonly string[] {
  return Array.isArray(watch);
}
