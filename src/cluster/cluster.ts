import { defer, finalize, NEVER, type Observable } from 'rxjs';
import { allEffects, type Effects, nodeEffects } from '../effects.js';
import { managed$ } from '../managed.js';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { commands } from '../model/checks.js';
import type { ChildSpec } from '../model/childSpec.js';
import type { FleetCommand, FleetEvent } from '../model/fleetEvent.js';
import { MOST_INSTANCES } from '../model/mostInstances.js';
import { withInstance } from '../model/withInstance.js';
import { fleet } from '../operators/fleet.js';
import type { Member } from '../operators/memberLife.js';
import { clusterSpec } from '../sources/clustered.js';
import { instanceCount } from '../sources/instanceCount.js';
import { sharePorts } from '../sources/sharePorts.js';

export interface ClusterOptions {
  /** How many instances: a number, `'max'` for as many as there are cores, `-1` for one less, and so on. Default `'max'`. */
  readonly instances?: number | 'max' | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
}

const clusterOptions: OptionChecks<ClusterOptions> = {
  effects: allEffects,
  instances: checkThat(
    (value) => value === 'max' || (Number.isSafeInteger(value) && Number(value) <= MOST_INSTANCES),
    `is not a number of instances. Give a whole number from 0 to ${String(MOST_INSTANCES)}; 'max', one for each core; or -1, one less than that.`,
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
