import type { ClientOptions } from './client/withManagers.js';
import type { CompletionOptions } from './commands/completion.js';
import type { DescribeOptions } from './commands/describe.js';
import type { GraphOptions } from './commands/graph.js';
import type { LogsOptions } from './commands/logs.js';
import type { StartOptions } from './commands/start.js';

type Targets = readonly string[];

type ForTargets<O = ClientOptions> = (targets: Targets, options: O) => Promise<void>;

type ForAll<O = ClientOptions> = (options: O) => Promise<void>;

export interface UpdateEnvOptions extends ClientOptions {
  /** Whether the services inherit the environment of this command from now on. */
  readonly updateEnv?: boolean;
}

export interface ReloadOptions extends UpdateEnvOptions {
  readonly parallel?: number;
}

/** The functions of all commands except `run` and `daemon`. */
export interface ClientActions {
  readonly start: (file: string | undefined, args: readonly string[], options: StartOptions) => Promise<void>;
  readonly graph: (file: string | undefined, options: GraphOptions) => Promise<void>;
  readonly list: ForAll;
  readonly describe: ForTargets<DescribeOptions>;
  readonly logs: ForTargets<LogsOptions>;
  readonly stop: ForTargets<ClientOptions & { readonly grace?: number }>;
  readonly restart: ForTargets<UpdateEnvOptions>;
  readonly reload: ForTargets<ReloadOptions>;
  readonly delete: ForTargets;
  readonly reset: ForTargets;
  readonly duplicate: ForTargets;
  readonly watch: ForTargets;
  readonly unwatch: ForTargets;
  readonly reopen: ForTargets;
  readonly scale: (target: string, count: number, options: ClientOptions) => Promise<void>;
  readonly signal: (signal: string, targets: Targets, options: ClientOptions) => Promise<void>;
  readonly send: (target: string, message: string, options: ClientOptions) => Promise<void>;
  readonly console: (manager: string | undefined, options: Pick<ClientOptions, 'timeout'>) => Promise<void>;
  readonly events: ForAll;
  readonly ping: ForAll;
  readonly version: ForAll;
  readonly shutdown: ForAll;
  readonly save: ForAll;
  readonly resurrect: ForAll;
  readonly startup: ForAll;
  readonly import: (file: string, options: ClientOptions) => Promise<void>;
  readonly completion: (shell: string | undefined, options: CompletionOptions) => Promise<void>;
}
