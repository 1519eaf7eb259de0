export interface EndOptions {
  /** Whether the worker has its grace. If not, it is killed at once, and its exit handlers do not begin. Default `true`. */
  readonly graceful?: boolean | undefined;
  /** What the session ends with. Default `0`. */
  readonly exitCode?: number | undefined;
}
