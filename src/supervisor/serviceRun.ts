import { noop, Subscription } from 'rxjs';
import type { Status } from '../model/status.js';
import type { ServiceKey } from '../reconcile/desired.js';
import { isOccupied, type ObservedRun, type RunState, type SeenRuns } from '../reconcile/observed.js';
import type { Child, SupervisorEvent } from './child.js';
import type { Latch } from './servicePlaces.js';

/** One child of a service, as `reconcile` observes it. */
export interface ServiceRun {
  readonly observed: () => ObservedRun;
  /** Stops the child. `grace` in ms; undefined: that of its spec. */
  readonly stop: (grace: number | undefined) => void;
  readonly remove: () => void;
}

export interface ServiceRunOptions {
  readonly key: ServiceKey;
  readonly instance: number;
  readonly generation: number;
  readonly dependencies: readonly ServiceKey[];
  /** Undefined: it could not be started at all. */
  readonly child: Child | undefined;
  readonly state: RunState;
  /** Numbers an attempt, and says which runs of the dependencies it sees. */
  readonly nextRun: () => { readonly run: number; readonly seen: SeenRuns };
  readonly onLatch: (latch: Latch) => void;
  readonly onChange: () => void;
}

export function serviceRun(options: ServiceRunOptions): ServiceRun {
  const { key, instance, generation, dependencies, child, nextRun, onLatch, onChange } = options;
  const views = new Subscription();
  let observed: ObservedRun = {
    key,
    instance,
    generation,
    dependencies,
    attempt: 1,
    state: options.state,
    ...nextRun(),
  };
  /** Who has asked for the stop of the latest attempt. */
  let stoppedBy: 'action' | 'hand' | undefined = options.state === 'stoppedByHand' ? 'hand' : undefined;

  if (child !== undefined) {
    // Before the statuses: an event comes after the status that it makes, and says how to read the next one.
    views.add(child.event$.subscribe({ next: onEvent, error: noop }));
    views.add(child.status$.subscribe({ next: onStatus, error: noop }));
  }

  return {
    observed: () => observed,
    stop: (grace) => {
      if (!isOccupied(observed)) return;
      stoppedBy = 'action';
      observed = { ...observed, state: 'stopping' };
      void child?.stop(grace === undefined ? {} : { grace });
    },
    remove: () => {
      views.unsubscribe();
      void child?.remove();
    },
  };

  function onEvent(event: SupervisorEvent): void {
    const latch = (type: Latch['type']): void => {
      onLatch({ type, generation, run: observed.run });
    };
    switch (event.type) {
      case 'spawned':
        latch('started');
        break;
      case 'ready':
        latch('ready');
        break;
      case 'stopping':
        if (event.reason === 'stop') stoppedBy ??= 'hand';
        break;
      case 'exited':
        if (!event.expected) latch(event.code === 0 ? 'succeeded' : 'failed');
        break;
      default:
        return;
    }
    onChange();
  }

  function onStatus(status: Status): void {
    const attempt = Math.max(status.attempt, 1);
    const state = stateOf(status, stoppedBy);
    if (state === undefined) return;
    const isNew = attempt > observed.attempt;
    if (state === observed.state && !isNew) return;
    // Run again by hand after its end.
    if (!isOccupied(observed) && state === 'starting') stoppedBy = undefined;
    observed = { ...observed, state, attempt, ...(isNew && nextRun()) };
    onChange();
  }
}

function stateOf({ state }: Status, stoppedBy: 'action' | 'hand' | undefined): RunState | undefined {
  switch (state) {
    case 'online':
      return 'ready';
    case 'stopped':
      if (stoppedBy === undefined) return 'ended';
      return stoppedBy === 'action' ? 'stopped' : 'stoppedByHand';
    case 'waiting':
      return undefined;
    case 'starting':
    case 'backingOff':
    case 'stopping':
    case 'failed':
      return state;
  }
}
