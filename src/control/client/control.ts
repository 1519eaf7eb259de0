import { Observable } from 'rxjs';
import { checkArgument, checkOptions, checkThat } from '../../model/check.js';
import { checkSignal, count, delay, environment, flag, numberOfLines } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import type { InheritedEnv } from '../../model/spec/inheritedEnv.js';
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

/** A manager in another process. A refused command rejects with an RxvisorError that has the manager's code. */
export interface Control extends Disposable {
  readonly manager: ManagerInfo;
  /** A snapshot first, then a snapshot after every change. A slow reader skips to the latest one. */
  readonly status$: Observable<readonly Status[]>;
  /** Every event except `output`. Errors when this process reads too slowly. */
  readonly event$: Observable<SupervisorEvent>;
  /** The last lines of the logs and, with `follow`, every new line. */
  readonly logs$: (target: ControlTarget, options?: LogsOptions) => Observable<LogBlock>;
  readonly ping: () => Promise<'pong'>;
  readonly version: () => Promise<string>;
  readonly list: () => Promise<readonly Status[]>;
  /** Details of children. `env: true` adds the variables of their specs. Secrets are masked unless `secrets: true`. */
  readonly describe: (
    target: ControlTarget,
    options?: { readonly env?: boolean | undefined; readonly secrets?: boolean | undefined },
  ) => Promise<readonly ControlDescription[]>;
  /** CPU and memory use. `cpu`: since the last call, if that was within the last minute; else since the start. */
  readonly usage: (target: ControlTarget) => Promise<readonly ChildUsage[]>;
  /**
   * Starts a child. Resolves when it has been ready for the `settle` time of its spec, or has failed to start;
   * `refused` then says why. `restart`, `reload`, `duplicate`, `scale` and `resurrect` resolve in the same way. Paths
   * in the spec are relative to the cwd of this process. The spec may hold only what JSON can hold.
   */
  readonly start: (spec: ChildSpec) => Promise<CommandResult>;
  readonly stop: (target: ControlTarget, options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** Restarts children. `extendEnv`: the variables that they inherit from now on. Default: no change. */
  readonly restart: (
    target: ControlTarget,
    options?: { readonly extendEnv?: InheritedEnv },
  ) => Promise<readonly CommandResult[]>;
  /**
   * Restarts children one by one, or `parallel` at a time; each waits until those before it are ready. A child that
   * shares its ports is stopped only when its replacement is ready. `extendEnv`: as for `restart`.
   */
  readonly reload: (
    target: ControlTarget,
    options?: { readonly parallel?: number; readonly extendEnv?: InheritedEnv },
  ) => Promise<readonly CommandResult[]>;
  readonly delete: (target: ControlTarget) => Promise<readonly Status[]>;
  readonly reset: (target: ControlTarget) => Promise<readonly Status[]>;
  /** Starts one more child of each service, with a new id and a free `RXVISOR_INSTANCE`. */
  readonly duplicate: (target: ControlTarget) => Promise<readonly CommandResult[]>;
  /** Duplicates the last child, or deletes the last children, until there are `count` (1 or more). */
  readonly scale: (target: ControlTarget, count: number) => Promise<readonly CommandResult[]>;
  /** Saves the list of children. Rejects when the manager has no saved list. */
  readonly save: () => Promise<SaveResult>;
  /** Starts the children of the saved list that do not run. */
  readonly resurrect: () => Promise<ResurrectResult>;
  readonly signal: (target: ControlTarget, signal: NodeJS.Signals) => Promise<readonly CommandResult[]>;
  readonly send: (target: ControlTarget, message: unknown) => Promise<readonly CommandResult[]>;
  readonly reopenLogs: (target: ControlTarget) => Promise<readonly CommandResult[]>;
  /**
   * Restarts children when their files change (`on: true`), or stops doing so (`on: false`). Without `on`: switches.
   * Resolves when the files are watched.
   */
  readonly watch: (target: ControlTarget, on?: boolean) => Promise<readonly CommandResult[]>;
  /** The console of a session; `startRepl` takes it. Rejects when the manager has no console. */
  readonly console: RemoteConsole;
  /** Stops all children, then closes the socket of the manager. */
  readonly shutdown: (options?: { readonly grace?: number }) => Promise<readonly Status[]>;
  /** Closes the connection and completes the streams. */
  readonly close: () => void;
}

export interface LogsOptions {
  /** Number of last lines of each child; `Infinity`: all. Default `10`. */
  readonly lines?: number | undefined;
  /** Emit new lines too, until unsubscribed. Default `false`. */
  readonly follow?: boolean | undefined;
}

/** Makes a `Control`, whose streams are Observables, from a connection. */
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
        throw new RxvisorError(
          'ERR_CONTROL',
          `start: child ${String(id)} was deleted before it had started. Start it again.`,
        );
      return result;
    },
    stop: async (target, options = {}) => {
      checkOptions(options, { grace: delay });
      const { grace } = options;
      return call('stop', { ...targetParams(target), ...(grace !== undefined && { grace }) });
    },
    restart: async (target, options = {}) => {
      checkOptions(options, { extendEnv: environment });
      const { extendEnv } = options;
      return call('restart', { ...targetParams(target), ...(extendEnv !== undefined && { extendEnv }) });
    },
    reload: async (target, options = {}) => {
      checkOptions(options, { parallel: count('a number of instances', 1, MAX_INSTANCES), extendEnv: environment });
      const { parallel, extendEnv } = options;
      return call('reload', {
        ...targetParams(target),
        ...(parallel !== undefined && { parallel }),
        ...(extendEnv !== undefined && { extendEnv }),
      });
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
