/** What is asked whether it is there. */
export type ProbeTarget =
  /** A URL. An answer with a status from 200 to 399 passes; redirects are not followed. */
  | { readonly http: string }
  /** A port of this machine, `'host:port'`, or the path of a socket. A connection passes. */
  | { readonly tcp: number | string }
  /** A program and its arguments, without a shell. It passes when it exits with 0. */
  | { readonly exec: readonly string[] };

export interface PollOptions {
  /** How many ms there are between the beginnings of two polls, which never overlap. */
  readonly every?: number | undefined;
  /** How many ms a poll may take: one that takes longer has failed. Default `1_000`. */
  readonly timeout?: number | undefined;
}

/** Polled until it passes. `every` is 200 ms if nothing else is said. */
export type ReadinessProbe = ProbeTarget & PollOptions;

/** Polled for as long as it is looked at. `every` is 10_000 ms if nothing else is said. */
export type ProbeSpec = ProbeTarget &
  PollOptions & {
    /** How many polls in a row have to fail before it counts as dead. Default `3`. */
    readonly failures?: number | undefined;
  };

/** How it is asked whether something is there: times in ms, `failures` in a row. */
export type ProbePlan = ProbeTarget & { readonly every: number; readonly timeout: number; readonly failures: number };

/** A probe with every default filled in; `every` in ms. */
export function planProbe(probe: ProbeSpec, every: number): ProbePlan {
  return {
    ...probe,
    every: probe.every ?? every,
    timeout: probe.timeout ?? 1_000,
    failures: probe.failures ?? 3,
  };
}

/** Where and how the program of an `exec` probe runs. */
export interface ProbePlace {
  readonly umask?: number | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
