import { Observable } from 'rxjs';
import { checkArgument, checkOptions, checkThat } from '../../model/check.js';
import { checkSignal, count, delay, flag, numberOfLines } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { MAX_INSTANCES } from '../../model/spec/instance.js';
import type { CommandResult, Status } from '../../model/status.js';
import { rebaseSpec } from '../../supervisor/planChild.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import { portableSpec } from '../protocol/portableSpec.js';
import type {
  ChildUsage,
  ControlDescription,
  ControlStreams,
  ControlTarget,
  LogBlock,
  ManagerInfo,
  ResurrectResult,
  SaveResult,
} from '../protocol/protocol.js';
import { targetParams } from '../protocol/targetSchema.js';
import type { ControlClient } from './controlClient.js';

/** A manager in another process. What it refuses is a rejection with an RxvisorError, its code the manager's. */
export interface Control extends Disposable {
  readonly manager: ManagerInfo;
  /** A snapshot first, then every change; what a slow reader would be late for is left out. */
  readonly status$: Observable<readonly Status[]>;
  /** Every event but `output`. Errors when this process falls too far behind. */
  readonly event$: Observable<SupervisorEvent>;
  /** The last `lines` lines (default `10`, or `Infinity`) of some children, and, with `follow`, what they say next. */
  readonly logs$: (target: ControlTarget, options?: LogsOptions) => Observable<LogBlock>;
  readonly ping: () => Promise<'pong'>;
  readonly version: () => Promise<string>;
  readonly list: () => Promise<readonly Status[]>;
  /** With `env`, what their specs add to the environment. Secrets are masked, but for `secrets: true`. */
  readonly describe: (
    target: ControlTarget,
    options?: { readonly env?: boolean | undefined; readonly secrets?: boolean | undefined },
  ) => Promise<readonly ControlDescription[]>;
  /** What they use: `cpu` since the last look, if that was within the last minute; else since the start. */
  readonly usage: (target: ControlTarget) => Promise<readonly ChildUsage[]>;
  /**
   * Done when the child has been ready for the `settle` of its spec, or is known not to come up: `refused` says why. So are
   * `restart`, `reload`, `duplicate`, `scale` and `resurrect`. Paths in the spec start at the cwd of this process. It cannot
   * hold what JSON cannot.
   */
  readonly start: (spec: ChildSpec) => Promise<CommandResult>;
  readonly stop: (target: ControlTarget, options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  readonly restart: (target: ControlTarget) => Promise<readonly CommandResult[]>;
  /** One after the other, or `parallel` at a time, each when those before are ready; one that shares its ports is replaced before it is stopped. */
  readonly reload: (
    target: ControlTarget,
    options?: { readonly parallel?: number },
  ) => Promise<readonly CommandResult[]>;
  readonly delete: (target: ControlTarget) => Promise<readonly Status[]>;
  readonly reset: (target: ControlTarget) => Promise<readonly Status[]>;
  /** One more of each, under a new id, with a `RXVISOR_INSTANCE` of its own. */
  readonly duplicate: (target: ControlTarget) => Promise<readonly CommandResult[]>;
  /** As many in the end as `count`, 1 or more: the last is duplicated, or the last are deleted. */
  readonly scale: (target: ControlTarget, count: number) => Promise<readonly CommandResult[]>;
  /** Writes down which children there are; refused by a manager that keeps no memory. */
  readonly save: () => Promise<SaveResult>;
  /** Starts what of that is not there. */
  readonly resurrect: () => Promise<ResurrectResult>;
  readonly signal: (target: ControlTarget, signal: NodeJS.Signals) => Promise<readonly CommandResult[]>;
  readonly send: (target: ControlTarget, message: unknown) => Promise<readonly CommandResult[]>;
  readonly reopenLogs: (target: ControlTarget) => Promise<readonly CommandResult[]>;
  /** Restarts them when their files change (`on: true`), or no longer; without `on` the other way round than now. Done when every change is noticed. */
  readonly watch: (target: ControlTarget, on?: boolean) => Promise<readonly CommandResult[]>;
  /** The console of a session, for `startRepl` too; a manager that has none refuses. */
  readonly console: RemoteConsole;
  /** Stops all children, then closes the manager's socket. */
  readonly shutdown: (options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** Ends the connection, and completes the streams. */
  readonly close: () => void;
}

export interface LogsOptions {
  readonly lines?: number | undefined;
  readonly follow?: boolean | undefined;
}

/** A connection as an app has it: with streams. */
export function createControl({ manager, call, subscribe, close }: ControlClient): Control {
  return {
    manager,
    status$: stream$('status', {}),
    event$: stream$('event', {}),
    logs$: (target, options = {}) => {
      checkOptions(options, { lines: numberOfLines, follow: flag });
      const { lines = 10, follow = false } = options;
      return stream$('logs', { ...targetParams(target), lines: lines === Infinity ? 'all' : lines, follow });
    },
    ping: async () => call('ping', undefined),
    version: async () => call('version', undefined),
    list: async () => call('list', undefined),
    describe: async (target, options = {}) => {
      checkOptions(options, { env: flag, secrets: flag });
      const { env = false, secrets = false } = options;
      return call('describe', { ...targetParams(target), env, ...(secrets && { secrets }) });
    },
    usage: async (target) => call('usage', targetParams(target)),
    start: async (spec) => {
      parseSpec(spec);
      const { id = 0 } = await call('start', { spec: portableSpec(rebaseSpec(spec, '.')) });
      const [result] = await call('settled', { target: id });
      if (result === undefined)
        throw new RxvisorError('ERR_CONTROL', `start: child ${String(id)} was deleted meanwhile.`);
      return result;
    },
    stop: async (target, options = {}) => {
      checkOptions(options, { grace: delay });
      const { grace } = options;
      return call('stop', { ...targetParams(target), ...(grace !== undefined && { grace }) });
    },
    restart: async (target) => call('restart', targetParams(target)),
    reload: async (target, options = {}) => {
      checkOptions(options, { parallel: count('a number of instances', 1, MAX_INSTANCES) });
      const { parallel } = options;
      return call('reload', { ...targetParams(target), ...(parallel !== undefined && { parallel }) });
    },
    delete: async (target) => call('delete', targetParams(target)),
    reset: async (target) => call('reset', targetParams(target)),
    duplicate: async (target) => call('duplicate', targetParams(target)),
    scale: async (target, instances) => {
      checkArgument('count', instances, count('a number of children', 1, MAX_INSTANCES));
      return call('scale', { ...targetParams(target), count: instances });
    },
    save: async () => call('save', undefined),
    resurrect: async () => call('resurrect', undefined),
    signal: async (target, signal) => {
      checkSignal('signal', signal);
      return call('signal', { ...targetParams(target), signal });
    },
    send: async (target, message) => call('send', { ...targetParams(target), message }),
    reopenLogs: async (target) => call('reopenLogs', targetParams(target)),
    watch: async (target, on) => {
      if (on !== undefined) checkArgument('on', on, flag);
      return call('watch', { ...targetParams(target), ...(on !== undefined && { on }) });
    },
    console: {
      run: async (line) => {
        checkArgument('line', line, lineCheck);
        return (await call('console', { line })) ?? undefined;
      },
      complete: async (line) => {
        checkArgument('line', line, lineCheck);
        return call('complete', { line });
      },
    },
    shutdown: async (options = {}) => {
      checkOptions(options, { grace: delay });
      const { grace } = options;
      return call('shutdown', { ...(grace !== undefined && { grace }) });
    },
    close,
    [Symbol.dispose]: close,
  };

  function stream$<S extends keyof ControlStreams>(
    stream: S,
    params: ControlStreams[S]['params'],
  ): Observable<ControlStreams[S]['value']> {
    return new Observable((subscriber) =>
      subscribe(stream, params, {
        next: (value) => subscriber.next(value),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  }
}

const lineCheck = checkThat((value) => typeof value === 'string', 'is not a line. Give a string.');
