/** A log: one `file` for both streams, or one file for each stream. */
export type LogSpec = LogFiles & {
  /** How a line is written. Default `'plain'`. */
  readonly format?: LineFormat | undefined;
  /** When to rename the file and continue in a new one. Default: never. */
  readonly rotate?: RotateSpec | undefined;
  /**
   * When to flush the file to the disk (fsync). `'never'`: the operating system decides. `'end'`: when the log is closed. A number:
   * at most this many ms after a write, and at the end. Default `'never'`.
   */
  readonly fsync?: 'never' | 'end' | number | undefined;
  /**
   * What happens if the file is slower than the child. `'block'`: the child waits, as with a slow terminal. `'drop'`: the child
   * continues; lines are dropped and counted in `logFailed` events with code `ERR_FULL`. Default `'block'`.
   */
  readonly onFull?: 'block' | 'drop' | undefined;
  /**
   * The child writes to the file itself. This saves a copy, and the log continues while no manager runs. It needs
   * `output: false`, and excludes all options for which the manager must read the lines. Default `false`.
   */
  readonly direct?: boolean | undefined;
};

type LogFiles =
  { readonly file: string } | { readonly stdout?: string | undefined; readonly stderr?: string | undefined };

/**
 * When a log file is rotated. At least one of `size` and `interval` is needed.
 *
 * Before the next line is written, the file is renamed to `FILE.2026-11-24T03-50-37.123Z`, with the time in UTC. No line is
 * lost or written twice.
 */
export interface RotateSpec {
  /** The maximum size of a file in bytes. Only a single line can exceed it. Default: no limit. */
  readonly size?: number | undefined;
  /** One file for each interval of this many ms, counted from midnight, local time. Default: no limit. */
  readonly interval?: number | undefined;
  /** How many rotated files to keep. The oldest are removed. Default `10`. */
  readonly keep?: number | undefined;
  /** The maximum size of all rotated files together, in bytes. The oldest are removed. Default: no limit. */
  readonly keepSize?: number | undefined;
  /** Compress rotated files to `….gz`, in the background. Default `false`. */
  readonly gzip?: boolean | undefined;
}

/**
 * How a line is written.
 *
 * - `'plain'`: unchanged.
 * - `'prefixed'`: as `name: line`.
 * - `'json'`: as a JSON object `{ time, name, stream, line }`.
 * - a function: its result. The `\n` is added.
 */
export type LineFormat = 'plain' | 'prefixed' | 'json' | ((line: string, about: LineOrigin) => string);

/** Where a line comes from. */
export interface LineOrigin {
  /** The name of the child. */
  readonly name: string | undefined;
  readonly stream: 'stdout' | 'stderr';
  /** In ms since the epoch. */
  readonly time: number;
}
