import { noop, Subscription } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { DesiredService } from '../reconcile/desired.js';
import type { Child } from './child.js';
import type { InstanceChildren } from './instanceChildren.js';
import { type IdleChild, type InstanceRecord, takeIdle } from './instanceRecords.js';

/** The state of an instance after a user has started it, or has stopped it while it was blocked. */
type ByHand = 'starting' | 'stoppedByHand';

/** The instances that do not run: they wait for their dependencies, or their service is stopped. */
export interface IdleInstances {
  /** Adds the child of an instance to the list of the supervisor, without a start. Undefined if its spec cannot be started. */
  readonly list: (service: DesiredService<ChildSpec>, record: InstanceRecord, generation: number) => Child | undefined;
  /** Turns an idle child into a run. */
  readonly makeRun: (service: DesiredService<ChildSpec>, record: InstanceRecord, state: ByHand) => void;
}

export function idleInstances(
  children: InstanceChildren,
  onRun: (service: DesiredService<ChildSpec>, record: InstanceRecord, idle: IdleChild, state: ByHand) => void,
): IdleInstances {
  return { list, makeRun };

  function list(service: DesiredService<ChildSpec>, record: InstanceRecord, generation: number): Child | undefined {
    if (record.idle?.generation === generation) return record.idle.child;
    const child = children(service, record, generation, noop);
    if (child === undefined) return undefined;
    let wasBlocked = false;
    const subscription = new Subscription();
    record.idle = { child, generation, subscription };
    subscription.add(
      child.status$.subscribe({
        error: noop,
        next: ({ state }) => {
          if (state === 'starting') makeRun(service, record, 'starting');
          // A user has stopped it while it was blocked: it does not start when its dependencies are ready.
          if (state === 'stopped' && wasBlocked && record.slot.blocked !== undefined)
            makeRun(service, record, 'stoppedByHand');
          wasBlocked = state === 'waiting' || state === 'failed';
        },
      }),
    );
    return child;
  }

  function makeRun(service: DesiredService<ChildSpec>, record: InstanceRecord, state: ByHand): void {
    const idle = takeIdle(record);
    if (idle !== undefined) onRun(service, record, idle, state);
  }
}
