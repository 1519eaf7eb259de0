/** Which files to watch. Paths are relative to the child's `cwd`. */
export interface WatchSpec {
  /** Files and folders, with all that is in them. Default: the `cwd`. */
  readonly paths?: readonly string[] | undefined;
  /**
   * Names, of files and folders at any depth (`'dist'`, `'*.tmp'`), and paths with a `/` in them (`'src/generated'`,
   * `'docs/**\/*.md'`). Beside these `node_modules`, `.git` and the child's own logs are never watched. Default `[]`.
   */
  readonly ignore?: readonly string[] | undefined;
  /** How many ms nothing must have changed any more. Default `200`. */
  readonly debounce?: number | undefined;
}

/** Times, as cron(8) writes them: minute, hour, day, month, weekday; with seconds before them, if there are six. */
export interface CronSpec {
  readonly expression: string;
  /** A name such as `'Europe/Berlin'`. Default: the manager's. */
  readonly timezone?: string | undefined;
}

/** How much memory a child and all it started may have together. */
export interface RssLimit {
  readonly bytes: number;
  /** How many ms there are between two looks. Default `5_000`. */
  readonly every?: number | undefined;
}
