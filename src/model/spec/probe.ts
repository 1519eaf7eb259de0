/** What a probe checks. */
export type ProbeTarget =
  /** A URL. Passes if the answer has a status from 200 to 399. Redirects are not followed. */
  | { readonly http: string }
  /** A port of this machine, `'host:port'`, or the path of a socket. Passes if a connection is accepted. */
  | { readonly tcp: number | string }
  /** A program and its arguments, without a shell. Passes if it exits with 0. */
  | { readonly exec: readonly string[] };

/** How often a probe runs. */
export interface PollOptions {
  /** The ms from the start of one poll to the start of the next. Polls never overlap. */
  readonly every?: number | undefined;
  /** How many ms a poll may take before it fails. Default `1_000`. */
  readonly timeout?: number | undefined;
}

/** A probe that runs until it passes. `every` is 200 ms by default. */
export type ReadinessProbe = ProbeTarget & PollOptions;

/** A probe that runs again and again. `every` is 10,000 ms by default. */
export type ProbeSpec = ProbeTarget &
  PollOptions & {
    /** After this many failed polls in a row, the target counts as dead. Default `3`. */
    readonly failures?: number | undefined;
  };

/** A probe with all defaults. Times are in ms. */
export type ProbePlan = ProbeTarget & { readonly every: number; readonly timeout: number; readonly failures: number };

/** The environment in which an `exec` probe runs. */
export interface ProbePlace {
  readonly umask?: number | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Fills in the defaults of a probe. `every` is the default in ms. */
export function planProbe(probe: ProbeSpec, every: number): ProbePlan {
  return {
    ...probe,
    every: probe.every ?? every,
    timeout: probe.timeout ?? 1_000,
    failures: probe.failures ?? 3,
  };
}
