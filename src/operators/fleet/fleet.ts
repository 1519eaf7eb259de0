import { NEVER, type Observable } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../../model/check.js';
import { callback, checkInstances, commands, count, checkReturned, text } from '../../model/checks.js';
import type { FleetCommand, FleetEvent, Reload, Scale } from '../../model/fleetEvent.js';
import type { Member } from '../groups/member.js';
import { withCommands } from '../withCommands.js';
import { type FleetOptions, fleetRun$ } from './fleetRun.js';

const fleetOptions: OptionChecks<FleetOptions> = {
  instances: count('a number of instances', 0),
  name: text('a name'),
};

const member = checkThat(
  (value) => typeof value === 'function',
  'is not a function. Return one: (command$) => managed$(spec, command$).',
);

/**
 * Runs several instances of one program. A reload replaces them one by one, so that the number of ready instances never drops.
 *
 * ```text
 * command$     -----L                L: reload
 * 0, old       s-r--------p-q|
 * 0, new            s---r            when the new one is ready, the old one is stopped
 * 1, old       s-r------------p-q|
 * 1, new                    s-r      when the old one has ended, the next instance follows
 * ```
 *
 * - Each instance has a number, from 0. A replacement gets the number of the old instance. Each instance restarts by its own
 *   schedule and limit.
 * - If a replacement ends before it is ready, or is not ready in time, the reload fails: the replacement is stopped, all other
 *   instances keep running, and `reloadFailed` is emitted.
 * - `reload`, `scale` and `restart` run one at a time, in the order of arrival. A `restart` goes through the instances one by one,
 *   and waits until each is ready again. `stop` outranks them all. Other commands go to all instances.
 * - The fleet completes when it was stopped, or when all instances have ended by themselves. A fleet of 0 instances keeps waiting.
 *
 * During a reload, two instances of one number run at the same time. They must share their port, or have none. They can share a log.
 *
 * @param instance makes the instance of a number: `(index) => (command$) => managed$(spec, command$)`
 * @param options see {@link FleetOptions}
 * @returns a function from commands to events
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws an error of an instance, when all others have been stopped
 * @example
 * ```ts
 * import { Subject } from 'rxjs';
 * import { fleet, type FleetCommand, managed$, type Member } from 'rxvisor';
 *
 * const worker = (index: number): Member => (command$) =>
 *   managed$({ command: 'sleep', args: ['60'], env: { RXVISOR_INSTANCE: String(index) } }, command$);
 * const command$ = new Subject<FleetCommand>();
 * fleet(worker, { instances: 2 })(command$).subscribe((event) => {
 *   console.log(event.type); // spawned, ready, spawned, ready, reloading, ... reloaded, ...
 * });
 * command$.next({ type: 'reload' });
 * ```
 */
export function fleet(
  instance: (index: number) => Member,
  options: FleetOptions,
): (command$?: Observable<FleetCommand>) => Observable<FleetEvent> {
  checkArgument('instance', instance, callback);
  checkOptions(options, fleetOptions);
  checkInstances(options.instances);
  const checkedInstance = (index: number): Member => {
    const member$ = instance(index);
    checkArgument('instance()', member$, member);
    return (command$) => checkReturned('instance()', member$(command$));
  };
  return (command$ = NEVER) => {
    checkArgument('command$', command$, commands);
    return withCommands<FleetEvent, Reload | Scale>(command$, (command$) =>
      fleetRun$(checkedInstance, options, command$),
    );
  };
}
