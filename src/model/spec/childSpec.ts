import type { DependsOn } from './dependsOn.js';
import type { EnvFile } from './envFile.js';
import type { LogSpec } from './logSpec.js';
import type { ProbeSpec, ReadinessProbe } from './probe.js';
import type { CronSpec, RssLimit, WatchSpec } from './triggers.js';

/**
 * The configuration of one child. Every field is checked before anything starts; see {@link parseSpec}. Times are in milliseconds.
 *
 * @example
 * ```ts
 * import type { ChildSpec } from 'rxvisor';
 *
 * const api: ChildSpec = {
 *   name: 'api',
 *   script: 'server.js',
 *   cwd: './services/api',
 *   log: 'logs/api.log',
 *   stripANSI: true,
 *   restartAt: [100, 500, 1_000],
 * };
 * ```
 */
export interface ChildSpec {
  /** The name of the child. Several children may share a name: a command by name reaches all of them. Default: none. */
  readonly name?: string | undefined;
  /** A label for children that belong together. `rxvisor restart @batch` restarts those of the namespace `batch`. Default: none. */
  readonly namespace?: string | undefined;
  /**
   * The file to run, relative to `cwd`. Node forks `.js .mjs .cjs .ts` files, and files without an extension, with an IPC
   * channel. `.py .sh .rb .pl .php` files run with their interpreter. Default: the `main` of `cwd/package.json`.
   */
  readonly script?: string | undefined;
  /** An executable to spawn instead of a script. It is searched in `PATH`. */
  readonly command?: string | undefined;
  /** Arguments for the script or command. Default `[]`. */
  readonly args?: readonly string[] | undefined;
  /** Arguments for Node, before the script. Default `[]`: the arguments of the manager are not inherited. */
  readonly execArgv?: readonly string[] | undefined;
  /** The working directory, relative to that of the manager. Default: that of the manager. */
  readonly cwd?: string | undefined;
  /** Variables added to the environment of the manager. `undefined` as a value removes the variable. Default `{}`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Files with `NAME=value` lines, in the format of `util.parseEnv`, relative to `cwd`. They are read at each run: to apply a
   * changed file, restart the child. A later file wins over an earlier one, `env` over all files, and the files over the
   * environment of the manager. If a file cannot be read, or is larger than 1 MiB, the run is a `spawnFailed`. Default: none.
   */
  readonly envFile?: string | EnvFile | readonly (string | EnvFile)[] | undefined;
  /** Services to wait for, by name, under a supervisor: {@link DependsOn}. The child stops before them. Default: none. */
  readonly dependsOn?: DependsOn | undefined;
  /**
   * Whether the child inherits the environment of the manager. Default `true`. With `false`, it gets only `envFile`, `env` and
   * the variables that rxvisor sets. An object: the child inherits these variables instead.
   */
  readonly extendEnv?: boolean | Readonly<Record<string, string>> | undefined;
  /**
   * Whether a saved list keeps the variables of `extendEnv`. `false`: it leaves them out, and `resurrect` gives the child the
   * environment of the manager instead. Default `true`.
   */
  readonly saveEnv?: boolean | undefined;
  /**
   * The file mode creation mask of the child and its `exec` probes, in octal digits: `'027'`. A new log file is created with it
   * too. Default: that of the manager. See umask(2).
   */
  readonly umask?: string | undefined;
  /** The program that runs `script`. Default: by the extension of `script`. Without IPC, except for `node`. */
  readonly interpreter?: string | undefined;
  /** The file for stdout and stderr, relative to the `cwd` of the manager. Default: none. */
  readonly log?: string | LogSpec | undefined;
  /** Remove ANSI escape sequences from the log. `output` events keep them. Default `false`. */
  readonly stripANSI?: boolean | undefined;
  /** Emit `output` events. Default `true`. Use `false` if the output only goes to a log. */
  readonly output?: boolean | undefined;
  /**
   * The delays in ms before the first restart, the second, and so on. The last one repeats for ever. `[]` or `[0]`: never
   * restart. Or a function that returns the delay, such as `exponential()` or `constant()` makes.
   * Default `[100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000]`.
   */
  readonly restartAt?: readonly number[] | Schedule | undefined;
  /** A run of this many ms is stable: the next crash counts as the first again. Default `1_800_000`, 30 minutes. */
  readonly restartOk?: number | undefined;
  /** `'crash'`: restart after a crash only. `'exit'`: after a clean exit too. Default `'crash'`. */
  readonly restartOn?: 'crash' | 'exit' | undefined;
  /** Exit codes after which the child is not restarted, with any `restartOn`: its work is done. Default `[]`. */
  readonly stopExitCodes?: readonly number[] | undefined;
  /**
   * Exit codes, signals (`'SIGSEGV'`) and codes of failed spawns (`'ENOENT'`) that no restart repairs. The child is given up
   * at once, and counts as failed. Default `[]`.
   */
  readonly giveUpOn?: readonly (number | string)[] | undefined;
  /** At most `max` restarts within any `within` ms. After that, the child is given up. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
  /**
   * What a supervisor does when the child has ended for good: it has failed, or has ended by itself and is not restarted. `'stopAll'`:
   * it stops all its children. A stop, restart, reload or removal by request is not such an end. Default `'ignore'`.
   */
  readonly onExit?: 'ignore' | 'stopAll' | undefined;
  /** What a supervisor does when the child has failed: no restart follows a crash. `'stopAll'`: it stops all its children. Default `'ignore'`. */
  readonly onFailure?: 'ignore' | 'stopAll' | undefined;
  /** The grace period in ms: how long the child may take to stop before its process group is killed. Default `200`. */
  readonly grace?: number | undefined;
  /** The signal that asks a child without IPC to stop. Default `'SIGTERM'`. */
  readonly stopSignal?: NodeJS.Signals | undefined;
  /**
   * When the child counts as ready. Default `'spawn'`.
   *
   * - `'spawn'`: as soon as it is spawned.
   * - `'message'`: when it calls `ready()` of `rxvisor/child`, or `process.send('ready')` as with pm2.
   * - `'listening'`: when a server in a Node script listens on any port.
   * - `{ line }`: when a line of its output, without ANSI sequences, matches. A string matches a line that contains it.
   * - `{ http }`, `{ tcp }` or `{ exec }`: when the probe passes.
   */
  readonly ready?: 'spawn' | 'message' | 'listening' | { readonly line: RegExp | string } | ReadinessProbe | undefined;
  /** A child that is not ready after this many ms is stopped, and counts as crashed. Default `90_000`. */
  readonly readyTimeout?: number | undefined;
  /**
   * How many ms the child has to stay ready to count as started or restarted. `0`: it counts as soon as it is ready. The
   * commands and promises of `start`, `restart`, `reload`, `scale` and `duplicate` wait for that. They fail if the child
   * crashes earlier.
   *
   * Default: for commands and `rxvisor/control`, `1_000` if `ready` is `'spawn'`, else `0`; for `supervisor.restart`, `0`.
   */
  readonly settle?: number | undefined;
  /**
   * `'cluster'`: a Node server that shares the ports it listens on with the other children of its name in the same supervisor.
   * Then the default of `ready` is `'listening'`, and the default of `grace` is 10,000 ms, for the last requests. See
   * `rxvisor/cluster`. Default `'fork'`: each child has its own ports.
   */
  readonly exec?: 'fork' | 'cluster' | undefined;
  /** A probe that runs while the child is ready. After too many failures the child is stopped, and counts as crashed. Default: none. */
  readonly liveness?: ProbeSpec | undefined;
  /** Restart when files change: in `cwd` (`true`), in these paths, or as a {@link WatchSpec} says. Default `false`. */
  readonly watch?: boolean | readonly string[] | WatchSpec | undefined;
  /** Restart at these times: `'0 4 * * *'`. Default: never. */
  readonly cron?: string | CronSpec | undefined;
  /** Restart when the child and its descendants together use more than this many bytes of memory. Default: no limit. */
  readonly maxRss?: number | RssLimit | undefined;
  /** Longer lines are cut into pieces of this many UTF-16 code units. Nothing is dropped. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** How IPC messages are encoded, as in `child_process.fork`. Default `'json'`. */
  readonly serialization?: 'json' | 'advanced' | undefined;
  /** Do not stop processes that the child detached on purpose. Its process group is still stopped. Default `false`. */
  readonly allowDetached?: boolean | undefined;
}

/** A limit on restarts, as a sliding window. */
export interface RestartLimit {
  /** The maximum number of restarts in the window: a whole number, 1 or more. */
  readonly max: number;
  /** The length of the window in ms, above 0. */
  readonly within: number;
}

/** A service in a config file of `rxvisor run` and `rxvisor start`. */
export interface ServiceSpec extends ChildSpec {
  /**
   * The number of copies to run. `'max'`: one for each core; `-1`: one less than that, and so on. Each instance has its number,
   * from 0, in `RXVISOR_INSTANCE`. Default: one copy, without a number.
   */
  readonly instances?: number | 'max' | undefined;
  /** The service runs only with `--profile` and one of these names, or if `--only` names it. Default `[]`: it always runs. */
  readonly profiles?: readonly string[] | undefined;
}

/**
 * A function from the number of crashes since the child was last stable, from 1, to the delay before the restart in ms.
 *
 * It is called once for each crash. The result may be random.
 */
export type Schedule = (crashes: number) => number;
