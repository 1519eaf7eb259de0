import type { ChildSpec, LineFormat, RestartLimit } from './childSpec.js';
import type { ProbeTarget } from './probeSpec.js';
import type { Schedule } from './schedule.js';

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

/** How it is asked whether something is there: times in ms, `failures` in a row. */
export type ProbePlan = ProbeTarget & { readonly every: number; readonly timeout: number; readonly failures: number };

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

/** The files of a log: `stream` undefined is both. Paths are absolute. */
export interface LogPlan {
  readonly files: readonly { readonly path: string; readonly stream: 'stdout' | 'stderr' | undefined }[];
  readonly format: LineFormat;
  readonly stripANSI: boolean;
  readonly onFull: 'block' | 'drop';
  /** The child writes them itself. */
  readonly direct: boolean;
  readonly file: FilePlan;
}

/** How one file is kept. */
export interface FilePlan {
  readonly rotate: RotatePlan | undefined;
  readonly fsync: 'never' | 'end' | number;
  /** Takes permissions away from a file and a folder that have to be created. */
  readonly umask?: number | undefined;
}

/** Sizes are in bytes, `interval` in ms; what is not limited is `Infinity`. */
export interface RotatePlan {
  readonly size: number;
  readonly interval: number;
  readonly keep: number;
  readonly keepSize: number;
  readonly gzip: boolean;
}
