import { availableParallelism } from 'node:os';
import { defer, finalize, NEVER, type Observable } from 'rxjs';
import { managed$ } from '../managed.js';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { commands } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { SpecError } from '../model/errors.js';
import type { FleetCommand, FleetEvent } from '../model/fleetEvent.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { MAX_INSTANCES, withInstance } from '../model/spec/instance.js';
import type { Program } from '../model/spec/plan.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import { fleet } from '../operators/fleet/fleet.js';
import type { Member } from '../operators/groups/member.js';
import { runsInNode } from '../process/resolveLaunch.js';
import { resolveSpec } from '../process/resolveSpec.js';
import { sharePorts } from './sharePorts.js';

export interface ClusterOptions {
  /** Number of instances. `'max'`: one per core. A negative number: that many fewer than cores, but at least 1. Default `'max'`. */
  readonly instances?: number | 'max' | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
}

const clusterOptions: OptionChecks<ClusterOptions> = {
  effects: allEffects,
  instances: checkThat(
    (value) => value === 'max' || (Number.isSafeInteger(value) && Number(value) <= MAX_INSTANCES),
    `is not a number of instances. Give a whole number from 0 to ${String(MAX_INSTANCES)}; 'max': one for each core; -1: one less than that.`,
  ),
};

/**
 * Runs several instances of an unmodified Node server on one port, and reloads them without a failed request.
 *
 * - Each instance is an ordinary child with its own process group, log and restart schedule. The instances bind the sockets. The
 *   manager holds them open, but accepts no connections.
 * - The system distributes the connections. On Linux with Node 22.12 or later, each instance has its own socket (SO_REUSEPORT,
 *   socket(7)), and the system chooses by a hash. Elsewhere all instances accept from one socket.
 * - By default, `ready` is `'listening'` and `grace` is 10_000 ms. The environment variable `RXVISOR_INSTANCE` is the number of
 *   the instance, from 0.
 * - On a stop, an instance stops listening and answers open connections with `connection: close`. It exits after the last one.
 *   If the program handles SIGTERM itself, all this is up to the program.
 *
 * @param spec what to run: a script for Node
 * @param options see {@link ClusterOptions}
 * @returns a function from a stream of commands to a stream of events. Without an argument there are no commands
 * @throws SpecError, or RxvisorError with code `ERR_OPTION`, before any effect
 * @see {@link fleet} for `reload`, `scale` and `restart`
 * @example
 * ```ts
 * import { Subject } from 'rxjs';
 * import type { FleetCommand } from 'rxvisor';
 * import { cluster } from 'rxvisor/cluster';
 *
 * const command$ = new Subject<FleetCommand>();
 * cluster({ script: 'server.js' }, { instances: 2 })(command$).subscribe((event) => {
 *   console.log(event.type); // spawned, spawned, ready, ready, ...
 * });
 * ```
 */
export function cluster(
  spec: ChildSpec,
  options: ClusterOptions = {},
): (command$?: Observable<FleetCommand>) => Observable<FleetEvent> {
  const serverSpec = clusterSpec(spec);
  checkOptions(options, clusterOptions);
  const { instances = 'max', effects = nodeEffects } = options;
  const count = instanceCount(instances);
  return (command$ = NEVER) => {
    checkArgument('command$', command$, commands);
    return defer(() => {
      const join = sharePorts(effects);
      const instance = (index: number): Member => {
        return (command$) =>
          defer(() => {
            const { effects, leave } = join();
            return managed$(withInstance(serverSpec, index), command$, { effects }).pipe(finalize(leave));
          });
      };
      return fleet(instance, { instances: count, name: spec.name })(command$);
    });
  };
}

/**
 * Sets the defaults for a server that shares a port: it is ready when it listens, and has 10 s for its last requests.
 *
 * @throws SpecError when Node does not run it
 */
export function clusterSpec(spec: ChildSpec): ChildSpec {
  refuseOtherPrograms(resolveSpec(spec).program);
  return { ...spec, ready: spec.ready ?? 'listening', grace: spec.grace ?? 10_000 };
}

function refuseOtherPrograms(program: Program): void {
  if (runsInNode(program)) return;
  const { script, command } = program;
  const [field, value] = command === undefined ? ['script', script] : ['command', command];
  throw new SpecError(
    field,
    `Node does not run '${String(value)}', so it cannot share a port. Give a script for Node, or use fleet().`,
  );
}

/** Resolves a number of instances: `'max'` is one per core, a negative number is that many fewer, but at least 1. */
export function instanceCount(instances: number | 'max'): number {
  const cores = availableParallelism();
  if (instances === 'max') return cores;
  return instances < 0 ? Math.max(1, cores + instances) : instances;
}
