import type { ProbeSpec, ReadinessProbe } from './probe.js';
import type { CronSpec, RssLimit, WatchSpec } from './triggers.js';

/**
 * What to run and how to keep it running: the one thing a user writes for a child.
 *
 * Every field is validated before anything is started; see {@link parseSpec}. Times are in milliseconds.
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
  /** What to call it. Optional, and may be shared by several children: a command by name reaches all of them. */
  readonly name?: string | undefined;
  /** A group of children that belong together; carried into `Status`, nothing else. */
  readonly namespace?: string | undefined;
  /**
   * The file to run, relative to `cwd`. `.js .mjs .cjs .ts` (or no extension: whatever Node resolves) is forked, with
   * IPC; `.py .sh .rb .pl .php` go to their interpreters. Left out, the `main` of `cwd/package.json` is run.
   */
  readonly script?: string | undefined;
  /** An executable to spawn instead of a script, looked up in `PATH`. */
  readonly command?: string | undefined;
  /** Arguments for the script or command. Default `[]`. */
  readonly args?: readonly string[] | undefined;
  /** Arguments for Node itself, before the script. Default `[]`: the manager's own are not inherited. */
  readonly execArgv?: readonly string[] | undefined;
  /** The child's working directory, relative to the manager's. Default: the manager's. */
  readonly cwd?: string | undefined;
  /** Added to the manager's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether the child inherits the manager's environment. Default `true`; with `false` it gets `env` and our own variables only. */
  readonly extendEnv?: boolean | undefined;
  /**
   * The file mode creation mask of the child and its `exec` probes, in octal digits: `'027'`. Its log, if it does not exist
   * yet, is created by it too. Default: the manager's. See umask(2).
   */
  readonly umask?: string | undefined;
  /** The program that runs `script`, in place of the one its extension names. No IPC, except for `node`. */
  readonly interpreter?: string | undefined;
  /** Where stdout and stderr are written, relative to the manager's cwd. Default: nowhere. */
  readonly log?: string | LogSpec | undefined;
  /** Take ANSI escape sequences out of the log. `output` events keep them. Default `false`. */
  readonly stripANSI?: boolean | undefined;
  /** Emit `output` events. Default `true`; `false` for children whose output only goes to a log. */
  readonly output?: boolean | undefined;
  /**
   * Delays in ms before the first restart, the second, …; the last one repeats for ever. `[]` or `[0]`: never restart.
   * Or a function that gives them, as `exponential()` and `constant()` make.
   * Default `[100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000]`.
   */
  readonly restartAt?: readonly number[] | Schedule | undefined;
  /** A run that has lasted this many ms is stable: the next crash is the first again. Default `1_800_000`, 30 minutes. */
  readonly restartOk?: number | undefined;
  /** Restart after a crash only, or after a clean exit too. Default `'crash'`. */
  readonly restartOn?: 'crash' | 'exit' | undefined;
  /** Exit codes after which the child is not restarted, whatever `restartOn` says. Default `[]`. */
  readonly stopExitCodes?: readonly number[] | undefined;
  /**
   * Ends that no restart mends: exit codes, signals (`'SIGSEGV'`), codes of failed spawns (`'ENOENT'`). After one of these
   * the child is given up at once, whereas `stopExitCodes` say that it is done. Default `[]`.
   */
  readonly giveUpOn?: readonly (number | string)[] | undefined;
  /** At most `max` restarts within any `within` ms; beyond that the child is given up. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
  /** How many ms a child that was asked to stop has before its group is killed. Default `200`. */
  readonly grace?: number | undefined;
  /** The signal that asks a child without IPC to stop. Default `'SIGTERM'`. */
  readonly stopSignal?: NodeJS.Signals | undefined;
  /**
   * When the child counts as ready: once `'spawn'`ed, when it says so (`'message'`: `ready()` of `rxvisor/child`, or
   * `process.send('ready')` as for pm2), when a server of it listens (`'listening'`: any, in a Node script), when a line of
   * its output, ANSI aside, matches (a string matches a line that contains it), or when a probe passes: `{ http }`,
   * `{ tcp }`, `{ exec }`. Default `'spawn'`.
   */
  readonly ready?: 'spawn' | 'message' | 'listening' | { readonly line: RegExp | string } | ReadinessProbe | undefined;
  /** A child that is not ready after this many ms is stopped, which counts as a crash. Default `90_000`. */
  readonly readyTimeout?: number | undefined;
  /**
   * How many ms the child has to stay ready to count as started or restarted; 0: it counts as soon as it is ready. Commands
   * and promises of `start`, `restart`, `reload`, `scale` and `duplicate` wait for that, and fail for one that crashes earlier.
   *
   * Default: for commands and `rxvisor/control`, `1_000` if `ready` is `'spawn'`, else `0`; for `supervisor.restart`, `0`.
   */
  readonly settle?: number | undefined;
  /**
   * `'cluster'`: a Node server that shares the ports it listens on with the other children of its name in one supervisor; it
   * is ready when it is `'listening'`, and has a `grace` of 10,000 ms for its last requests, unless the spec says otherwise.
   * See `rxvisor/cluster`. Default `'fork'`: its ports are its own.
   */
  readonly exec?: 'fork' | 'cluster' | undefined;
  /** Polled once the child is ready. When it has failed too often, the child is stopped, as a crash. Default: no probe. */
  readonly liveness?: ProbeSpec | undefined;
  /** Restart it when files change: in its `cwd` (`true`), in these paths, or as a {@link WatchSpec} says. Default `false`. */
  readonly watch?: boolean | readonly string[] | WatchSpec | undefined;
  /** Restart it at these times: `'0 4 * * *'`. Default: never. */
  readonly cron?: string | CronSpec | undefined;
  /** Restart it when it and all it started have more memory than so many bytes. Default: no limit. */
  readonly maxRss?: number | RssLimit | undefined;
  /** Longer lines are cut in pieces of this many UTF-16 code units; nothing is dropped. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** How IPC messages are encoded, as in `child_process.fork`. Default `'json'`. */
  readonly serialization?: 'json' | 'advanced' | undefined;
  /** Let what the child deliberately detached outlive it; its process group is still emptied. Default `false`. */
  readonly allowDetached?: boolean | undefined;
}

/** Both streams into one `file`, or each into its own. */
export type LogSpec = LogFiles & {
  /** Default `'plain'`. */
  readonly format?: LineFormat | undefined;
  /** Put a file that has grown aside and go on in a new one. Default: never. */
  readonly rotate?: RotateSpec | undefined;
  /**
   * When what is written is forced onto the disk itself: `'never'` (the system does it in its own time), at the `'end'`,
   * or at most so many ms after it was written; then at the end too. Default `'never'`.
   */
  readonly fsync?: 'never' | 'end' | number | undefined;
  /**
   * When the file is slower than the child: `'block'`, the child waits, as it does before a slow terminal; `'drop'`, it
   * goes on, and lines are dropped and counted in `logFailed` events with code `ERR_FULL`. Default `'block'`.
   */
  readonly onFull?: 'block' | 'drop' | undefined;
  /**
   * The child writes to the file itself, without the manager between: no copy, and the log goes on while the manager is
   * gone. Needs `output: false`, and goes with nothing that has to see the lines. Default `false`.
   */
  readonly direct?: boolean | undefined;
};

type LogFiles =
  { readonly file: string } | { readonly stdout?: string | undefined; readonly stderr?: string | undefined };

/**
 * A file that is due is renamed to `FILE.2026-11-24T03-50-37.123Z`, by the time in UTC, before the next line is written.
 * No line is lost or doubled over it. At least one of `size` and `interval` is needed.
 */
export interface RotateSpec {
  /** No file grows beyond this many bytes, unless by a single line. Default: no limit. */
  readonly size?: number | undefined;
  /** One file for each interval of this many ms, counted from midnight, local time. Default: no limit. */
  readonly interval?: number | undefined;
  /** How many rotated files are kept, the newest. Default `10`. */
  readonly keep?: number | undefined;
  /** Rotated files are removed, the oldest first, until those left have this many bytes at most. Default: no limit. */
  readonly keepSize?: number | undefined;
  /** Compress what was rotated, to `….gz`, in the background. Default `false`. */
  readonly gzip?: boolean | undefined;
}

/**
 * How a line is written: as it came, as `name: line`, as a JSON object
 * `{ time, name, stream, line }`, or as a function of yours says (the `\n` is added for you).
 */
export type LineFormat = 'plain' | 'prefixed' | 'json' | ((line: string, about: LineOrigin) => string);

/** Whose line it is. `time` is in ms since the epoch. */
export interface LineOrigin {
  readonly name: string | undefined;
  readonly stream: 'stdout' | 'stderr';
  readonly time: number;
}

/** A sliding window: at most `max` restarts (a whole number, 1 or more) in any `within` ms. */
export interface RestartLimit {
  readonly max: number;
  readonly within: number;
}

/** A service of a config, as `rxvisor run` and `rxvisor start` read it. */
export interface ServiceSpec extends ChildSpec {
  /**
   * How many of it there shall be: a number, `'max'` for as many as there are cores, `-1` for one less, and so on. Each finds its
   * number, from 0, in `RXVISOR_INSTANCE`. Default: one, without a number.
   */
  readonly instances?: number | 'max' | undefined;
}

/**
 * How long to wait before a restart: the delay in ms after the crash that is the first, second, … since the child was
 * last stable. It may differ from call to call, by chance say; it is asked once for each crash.
 */
export type Schedule = (crashes: number) => number;
