import type { InheritedEnv } from '../../model/spec/inheritedEnv.js';
import type { CommandResult, Status, Usage } from '../../model/status.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';

/** Version of the protocol. Raise it for a change that an older client or manager would misread. */
export const PROTOCOL = 1;

/** Maximum size of a message, in bytes. A longer one is refused when its header arrives. */
export const MAX_FRAME = 16_777_216;

/** The manager at a socket. `startedAt`: ms since the epoch. `console`: true when it has a console. */
export interface ManagerInfo {
  readonly name?: string;
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  readonly startedAt: number;
  readonly console?: true;
}

/** Selects children: by name (all with that name), id, process id, several ids, or all. */
export type ControlTarget =
  | string
  | number
  | { readonly pid: number }
  | { readonly ids: readonly number[] }
  | { readonly namespace: string }
  | { readonly all: true };

/** Details of a child, with secrets masked. */
export interface ControlDescription {
  readonly status: Status;
  /** The spec without `env`. Functions and regular expressions are text. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Paths of its log files. */
  readonly logs: readonly string[];
  /** Metrics that the child reported by the IPC message `{ type: 'axm:monitor', data }`. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** CPU and memory use of the child and its descendants, while it runs. */
  readonly usage?: Usage;
  /** Its last 20 events, without `output` and `message`. */
  readonly history: readonly TimedEvent[];
  /** The variables that its spec adds to the environment, on request. */
  readonly env?: Readonly<Record<string, string>>;
}

/** CPU and memory use of a child and its descendants. */
export interface ChildUsage extends Usage {
  readonly id: number;
}

/** An event with its time in ms since the epoch. */
export interface TimedEvent {
  readonly time: number;
  readonly event: SupervisorEvent;
}

/** The path of the saved list, and the number of children in it. */
export interface SaveResult {
  readonly path: string;
  readonly children: number;
}

/** The children that were started, the number of those that already existed, and the problems of the others. */
export interface ResurrectResult {
  readonly path: string;
  readonly started: readonly CommandResult[];
  readonly kept: number;
  readonly problems: readonly string[];
}

/** Whole lines of a log. `dropped`: number of lines lost before them, because this client reads too slowly. */
export interface LogBlock {
  readonly id: number;
  readonly name?: string;
  /** The stream, when stdout and stderr do not share one log file. */
  readonly stream?: 'stdout' | 'stderr';
  readonly text: string;
  readonly dropped?: number;
  /**
   * Several selected children write to this file, so the writer of a line is unknown. `id` is the id of the first
   * child.
   */
  readonly shared?: true;
}

interface TargetParams {
  readonly target: ControlTarget;
}

/** The methods, with their parameters and results. */
export interface ControlMethods {
  readonly hello: {
    readonly params: { readonly protocol: number; readonly version: string };
    readonly result: ManagerInfo;
  };
  readonly ping: { readonly params: undefined; readonly result: 'pong' };
  readonly version: { readonly params: undefined; readonly result: string };
  readonly list: { readonly params: undefined; readonly result: readonly Status[] };
  readonly describe: {
    readonly params: TargetParams & { readonly env?: boolean; readonly secrets?: boolean };
    readonly result: readonly ControlDescription[];
  };
  /**
   * Usage of running children. `cpu`: since the last call, if that was within the last minute; else since the start.
   */
  readonly usage: { readonly params: TargetParams; readonly result: readonly ChildUsage[] };
  /** Takes a spec made by `portableSpec`. Answers at once; `settled` gives the result of the start. */
  readonly start: { readonly params: { readonly spec: object }; readonly result: Status };
  /** Starts several children; starts none if one spec is invalid. */
  readonly startAll: { readonly params: { readonly specs: readonly object[] }; readonly result: readonly Status[] };
  /** Results of `start`. Answers when each child has been ready for its `settle` time, or has failed to start. */
  readonly settled: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  readonly stop: { readonly params: TargetParams & { readonly grace?: number }; readonly result: readonly Status[] };
  /** `extendEnv`: the variables that the children inherit from now on. */
  readonly restart: {
    readonly params: TargetParams & { readonly extendEnv?: InheritedEnv };
    readonly result: readonly CommandResult[];
  };
  /**
   * Restarts children one by one, or `parallel` at a time. Replaces a child that shares its ports before it stops it.
   */
  readonly reload: {
    readonly params: TargetParams & { readonly parallel?: number; readonly extendEnv?: InheritedEnv };
    readonly result: readonly CommandResult[];
  };
  readonly delete: { readonly params: TargetParams; readonly result: readonly Status[] };
  readonly reset: { readonly params: TargetParams; readonly result: readonly Status[] };
  readonly duplicate: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  /** Duplicates the last child, or deletes the last children, until there are `count`. */
  readonly scale: {
    readonly params: TargetParams & { readonly count: number };
    readonly result: readonly CommandResult[];
  };
  readonly save: { readonly params: undefined; readonly result: SaveResult };
  readonly resurrect: { readonly params: undefined; readonly result: ResurrectResult };
  readonly signal: {
    readonly params: TargetParams & { readonly signal: NodeJS.Signals };
    readonly result: readonly CommandResult[];
  };
  readonly send: {
    readonly params: TargetParams & { readonly message: unknown };
    readonly result: readonly CommandResult[];
  };
  readonly reopenLogs: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  /** Without `on`: switches watching on or off. */
  readonly watch: {
    readonly params: TargetParams & { readonly on?: boolean };
    readonly result: readonly CommandResult[];
  };
  /** Runs a line in the console of the manager. The result is null when the line prints nothing. */
  readonly console: { readonly params: { readonly line: string }; readonly result: string | null };
  /** Completions of a console line, and the part of the line that they replace. */
  readonly complete: { readonly params: { readonly line: string }; readonly result: [string[], string] };
  readonly shutdown: { readonly params: { readonly grace?: number }; readonly result: readonly Status[] };
}

/** The streams, with their parameters and values. */
export interface ControlStreams {
  readonly status: { readonly params: object; readonly value: readonly Status[] };
  readonly event: { readonly params: object; readonly value: SupervisorEvent };
  /** Emits nothing. Completes as soon as the supervisor is disposed, which is the end of a session. */
  readonly end: { readonly params: object; readonly value: never };
  readonly logs: {
    readonly params: TargetParams & { readonly lines?: number | 'all'; readonly follow?: boolean };
    readonly value: LogBlock;
  };
}
