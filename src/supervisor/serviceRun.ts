import { noop, Subscription } from 'rxjs';
import type { Status } from '../model/status.js';
import type { Desired, ServiceKey } from '../reconcile/desired.js';
import { dependencyRuns, withRuns } from '../reconcile/gate.js';
import { isActive, type Observed, type ObservedRun, type RunState, type SeenRuns } from '../reconcile/observed.js';
import { viewOf } from '../reconcile/view.js';
import type { Child, SupervisorEvent } from './child.js';
import type { Latch } from './instanceRecords.js';

/** One child of a service, as `reconcile` observes it. */
export interface ServiceRun {
  readonly observed: () => ObservedRun;
  /** Stops the child. `grace`: in ms. Undefined: the `grace` of its spec. */
  readonly stop: (grace: number | undefined) => void;
  /** Records the runs of dependencies that were new, or did not meet their conditions, when the latest attempt began. */
  readonly see: (seen: SeenRuns) => void;
  readonly remove: () => void;
  /** Ends the observation. Returns the child, which can run again. */
  readonly release: () => Child | undefined;
  /** A run that was stopped by an action counts as stopped by hand: it does not start again. */
  readonly hold: () => void;
}

export interface ServiceRunOptions {
  readonly key: ServiceKey;
  readonly instance: number;
  readonly generation: number;
  readonly dependencies: readonly ServiceKey[];
  /** Undefined if the spec could not be started. */
  readonly child: Child | undefined;
  readonly state: RunState;
  /** Called when an attempt begins. Returns its number, and the runs of the dependencies at that time. */
  readonly nextRun: () => { readonly run: number; readonly seen: SeenRuns };
  readonly onLatch: (latch: Latch) => void;
  readonly onChange: () => void;
}

/** Observes the child of one run. */
export function serviceRun(options: ServiceRunOptions): ServiceRun {
  const { key, instance, generation, dependencies, child, nextRun, onLatch, onChange } = options;
  const subscription = new Subscription();
  let observed: ObservedRun = {
    key,
    instance,
    generation,
    dependencies,
    attempt: 1,
    state: options.state,
    ...nextRun(),
  };
  /** Whether an action or a user (`hand`) has stopped the latest attempt. */
  let stoppedBy: 'action' | 'hand' | undefined = options.state === 'stoppedByHand' ? 'hand' : undefined;

  if (child !== undefined) {
    // The event `stopping` comes before the status `stopped`, so that `stoppedBy` is known by then.
    subscription.add(child.event$.subscribe({ next: onEvent, error: noop }));
    subscription.add(child.status$.subscribe({ next: onStatus, error: noop }));
  }

  return {
    observed: () => observed,
    stop: (grace) => {
      if (!isActive(observed)) return;
      stoppedBy = 'action';
      observed = { ...observed, state: 'stopping' };
      void child?.stop(grace === undefined ? {} : { grace });
    },
    see: (seen) => {
      observed = { ...observed, seen: withRuns(observed.seen, seen) };
    },
    remove: () => {
      subscription.unsubscribe();
      void child?.remove();
    },
    release: () => {
      subscription.unsubscribe();
      return child;
    },
    hold: () => {
      if (observed.state === 'stopped') observed = { ...observed, state: 'stoppedByHand' };
    },
  };

  function onEvent(event: SupervisorEvent): void {
    switch (event.type) {
      case 'spawned':
        latch('started');
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

  function latch(type: Latch['type']): void {
    onLatch({ type, generation, run: observed.run });
  }

  function onStatus(status: Status): void {
    const attempt = Math.max(status.attempt, 1);
    const state = stateOf(status, stoppedBy);
    if (state === undefined) return;
    // A child that is run again by hand counts its attempts from 1.
    const isNew = attempt > observed.attempt || (!isActive(observed) && state === 'starting');
    if (state === observed.state && !isNew) return;
    // A user has started it again after its end.
    if (!isActive(observed) && state === 'starting') stoppedBy = undefined;
    if (isNew) {
      const { run, seen } = nextRun();
      // A dependency that is down now has been restarted when it is ready again.
      observed = { ...observed, run, seen: withRuns(seen, observed.seen) };
    }
    observed = { ...observed, state, attempt };
    // A child that is adopted has emitted its events before.
    if (status.pid !== undefined) latch(state === 'ready' ? 'ready' : 'started');
    if (state === 'ended') latch(status.lastExit?.code === 0 ? 'succeeded' : 'failed');
    onChange();
  }
}

/** Records the runs of dependencies that cause restarts, so that the next run of each is a restart. */
export function seeDependencies(runs: Iterable<ServiceRun>, desired: Desired, observed: Observed): void {
  const dependents = [...runs].flatMap((run) => {
    const service = desired.services[run.observed().key];
    if (service === undefined || !Object.values(service.dependsOn).some(({ restart }) => restart)) return [];
    return [{ run, service }];
  });
  if (dependents.length === 0) return;
  const view = viewOf(desired, observed);
  for (const { run, service } of dependents) run.see(dependencyRuns(view, service));
}

/** Undefined: the status says nothing about a run. */
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
