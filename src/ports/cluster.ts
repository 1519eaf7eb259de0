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
  /** How many instances: a number, `'max'` for as many as there are cores, `-1` for one less, and so on. Default `'max'`. */
  readonly instances?: number | 'max' | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
}

const clusterOptions: OptionChecks<ClusterOptions> = {
  effects: allEffects,
  instances: checkThat(
    (value) => value === 'max' || (Number.isSafeInteger(value) && Number(value) <= MAX_INSTANCES),
    `is not a number of instances. Give a whole number from 0 to ${String(MAX_INSTANCES)}; 'max', one for each core; or -1, one less than that.`,
  ),
};

/**
 * Several instances of an unmodified Node server on one port, reloaded without a request that fails.
 *
 * - Each instance is a child like any other, with a group, a log and a schedule of its own. What they listen on is bound by
 *   them and held by the manager, which never accepts from it. The system spreads the connections: by a hash on Linux with
 *   Node 22.12 or later, where each instance has a socket of its own (SO_REUSEPORT, socket(7)); elsewhere all accept from one.
 * - `ready` is `'listening'` and `grace` 10_000 ms, if the spec does not say otherwise; `RXVISOR_INSTANCE` is the number of the
 *   instance, from 0.
 * - Asked to stop, an instance stops listening, answers what it is still asked, with `connection: close`, and ends with its
 *   last connection. A program that handles SIGTERM itself sees to that itself.
 *
 * @param spec what to run: a script for Node
 * @param options see {@link ClusterOptions}
 * @throws SpecError, or RxvisorError with code `ERR_OPTION`, here and now, before any effect
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
  const grown = clusterSpec(spec);
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
            return managed$(withInstance(grown, index), command$, { effects }).pipe(finalize(leave));
          });
      };
      return fleet(instance, { instances: count, name: spec.name })(command$);
    });
  };
}

/**
 * The spec of a server among others on one port: by default it is ready when it listens, and has time for its last requests.
 *
 * @throws SpecError when it is not run by Node
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

/** How many `'max'` are, one for each core; and -1, one less than that, and so on, but one at least. */
export function instanceCount(instances: number | 'max'): number {
  const cores = availableParallelism();
  if (instances === 'max') return cores;
  return instances < 0 ? Math.max(1, cores + instances) : instances;
}
