import { noop, Subscription } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { DesiredService } from '../reconcile/desired.js';
import type { Child } from './child.js';
import type { InstanceChildren } from './instanceChildren.js';
import { type IdleChild, type InstanceRecord, takeIdle } from './instanceRecords.js';

/** How an instance stops being idle without an action: a user has started it, or has stopped it while it was blocked. */
type ByHand = 'starting' | 'stoppedByHand';

/** Lists the instances that do not run: they wait, or their service is stopped. */
export interface IdleInstances {
  /** Adds a child that does not run to the list of the supervisor, unless it is there already. */
  readonly list: (service: DesiredService<ChildSpec>, record: InstanceRecord, generation: number) => Child | undefined;
  /** Makes a run of an idle child. */
  readonly end: (service: DesiredService<ChildSpec>, record: InstanceRecord, state: ByHand) => void;
}

export function idleInstances(
  children: InstanceChildren,
  onEnd: (service: DesiredService<ChildSpec>, record: InstanceRecord, idle: IdleChild, state: ByHand) => void,
): IdleInstances {
  return { list, end };

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
          if (state === 'starting') end(service, record, 'starting');
          // It does not start when its dependencies are ready.
          if (state === 'stopped' && wasBlocked && record.slot.blocked !== undefined)
            end(service, record, 'stoppedByHand');
          wasBlocked = state === 'waiting' || state === 'failed';
        },
      }),
    );
    return child;
  }

  function end(service: DesiredService<ChildSpec>, record: InstanceRecord, state: ByHand): void {
    const idle = takeIdle(record);
    if (idle !== undefined) onEnd(service, record, idle, state);
  }
}
