import type { CommandResult, Status, Usage } from '../../model/status.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';

/** What both ends have to agree on. A change that an older end would misread raises it. */
export const PROTOCOL = 1;

/** No message is longer, in bytes: what is announced as longer is refused before anything is kept of it. */
export const MAX_FRAME = 16_777_216;

/** Who answers at a socket. `startedAt` in ms since the epoch; `name` if it was given one; `console` if it has one. */
export interface ManagerInfo {
  readonly name?: string;
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  readonly startedAt: number;
  readonly console?: true;
}

/** Which children: by name (all that bear it), id, process id, several ids, or all. */
export type ControlTarget =
  string | number | { readonly pid: number } | { readonly ids: readonly number[] } | { readonly all: true };

/** A child in full, secrets masked. Of its environment only what its spec adds, on request. */
export interface ControlDescription {
  readonly status: Status;
  /** As given, without `env`; functions and patterns are told in words. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The files of its log. */
  readonly logs: readonly string[];
  /** What it has reported by `{ type: 'axm:monitor', data }`. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** What it and all it started use, while it runs. */
  readonly usage?: Usage;
  /** What happened to it last, `output` and `message` aside. */
  readonly history: readonly TimedEvent[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a child and all it started use. */
export interface ChildUsage extends Usage {
  readonly id: number;
}

/** `time` in ms since the epoch. */
export interface TimedEvent {
  readonly time: number;
  readonly event: SupervisorEvent;
}

/** Where the list was written, and how many children are in it. */
export interface SaveResult {
  readonly path: string;
  readonly children: number;
}

/** Which children of a saved list were started, how many were there already, and what is wrong with the others. */
export interface ResurrectResult {
  readonly path: string;
  readonly started: readonly CommandResult[];
  readonly kept: number;
  readonly problems: readonly string[];
}

/** Whole lines of a log; `dropped` lines before them went to nobody, for this client read too slowly. */
export interface LogBlock {
  readonly id: number;
  readonly name?: string;
  /** Which stream, where each has a file of its own, or none. */
  readonly stream?: 'stdout' | 'stderr';
  readonly text: string;
  readonly dropped?: number;
  /** Several of those who were asked for write to the same file: nobody knows whose a line is. `id` is the first one's. */
  readonly shared?: true;
}

interface TargetParams {
  readonly target: ControlTarget;
}

/** The methods: what each is asked with, and what it answers. */
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
  /** Of those that run. `cpu` is since the last look, if that was within the last minute; else since the start. */
  readonly usage: { readonly params: TargetParams; readonly result: readonly ChildUsage[] };
  /** The spec as `portableSpec` makes it. Answered at once; `settled` gives the result. */
  readonly start: { readonly params: { readonly spec: object }; readonly result: Status };
  /** The same for many: all are started, or none if one of them is wrong. */
  readonly startAll: { readonly params: { readonly specs: readonly object[] }; readonly result: readonly Status[] };
  /** Of those that `start` has started: answered when each is up for its `settle`, or is known not to come up. */
  readonly settled: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  readonly stop: { readonly params: TargetParams & { readonly grace?: number }; readonly result: readonly Status[] };
  readonly restart: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  /** One after the other, or `parallel` at a time; one that shares its ports is replaced before it is stopped. */
  readonly reload: {
    readonly params: TargetParams & { readonly parallel?: number };
    readonly result: readonly CommandResult[];
  };
  readonly delete: { readonly params: TargetParams; readonly result: readonly Status[] };
  readonly reset: { readonly params: TargetParams; readonly result: readonly Status[] };
  readonly duplicate: { readonly params: TargetParams; readonly result: readonly CommandResult[] };
  /** So many in the end: the last is duplicated, or the last are deleted. */
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
  /** Without `on` the other way round than now. */
  readonly watch: {
    readonly params: TargetParams & { readonly on?: boolean };
    readonly result: readonly CommandResult[];
  };
  /** What a line of its console gives; null for nothing. */
  readonly console: { readonly params: { readonly line: string }; readonly result: string | null };
  /** What such a line can go on with, and the part of it that this fits. */
  readonly complete: { readonly params: { readonly line: string }; readonly result: [string[], string] };
  readonly shutdown: { readonly params: { readonly grace?: number }; readonly result: readonly Status[] };
}

/** The streams: what each is subscribed to with. */
export interface ControlStreams {
  readonly status: { readonly params: object; readonly value: readonly Status[] };
  readonly event: { readonly params: object; readonly value: SupervisorEvent };
  /** Says nothing, and completes as soon as the supervisor is disposed of: that is how a session ends. */
  readonly end: { readonly params: object; readonly value: never };
  readonly logs: {
    readonly params: TargetParams & { readonly lines?: number | 'all'; readonly follow?: boolean };
    readonly value: LogBlock;
  };
}
