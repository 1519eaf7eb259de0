export interface EndOptions {
  /** Whether the worker has its grace, and its exit handlers their time. Default `true`. */
  readonly graceful?: boolean | undefined;
  /** What the session ends with. Default `0`. */
  readonly exitCode?: number | undefined;
}
