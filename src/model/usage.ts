/** What a process and all it started use together. */
export interface Usage {
  readonly pid: number;
  /** In percent of one core, since the last look; 0 at the first. */
  readonly cpu: number;
  /** Resident memory in bytes. What processes share is counted for each. */
  readonly rss: number;
  /** How many processes there are. */
  readonly processes: number;
}
