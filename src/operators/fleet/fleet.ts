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
 * Several instances of one program, which can be replaced one after the other without a moment in which fewer are ready.
 *
 * ```text
 * command$     -----L                L: reload
 * 0, old       s-r--------p-q|
 * 0, new            s---r            the old one is asked to stop once the new one is ready
 * 1, old       s-r------------p-q|
 * 1, new                    s-r      the next one's turn comes when the old one has gone
 * ```
 *
 * - Each instance has the number of its place, from 0; the new one takes over that of the old one. It heals itself, by its own
 *   schedule and limit.
 * - A new one that ends before it is ready, or is not ready in time, has failed: it is stopped, the old one serves on, the
 *   rest is left as it is, and the event `reloadFailed` says so.
 * - `reload`, `scale` and `restart` wait for their turn: one at a time, in the order in which they come. A `restart` is one
 *   instance after the other, each once the one before is ready again. `stop` outranks them all. Other commands reach all.
 * - It is over when it was stopped, or when all instances have ended by themselves; scaled to 0 it waits.
 *
 * What is started twice at one place has to bear it: two of one number share a port, or need none. They share a log as two
 * children do.
 *
 * @param instance makes the instance of a number: `(index) => (command$) => managed$(spec, command$)`
 * @param options see {@link FleetOptions}
 * @throws RxvisorError with code `ERR_OPTION`, at once, for a number of instances that cannot be
 * @throws an error of an instance is passed on once the others have been stopped
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
  const made = (index: number): Member => {
    const member$ = instance(index);
    checkArgument('instance()', member$, member);
    return (command$) => checkReturned('instance()', member$(command$));
  };
  return (command$ = NEVER) => {
    checkArgument('command$', command$, commands);
    return withCommands<FleetEvent, Reload | Scale>(command$, (command$) => fleetRun$(made, options, command$));
  };
}
