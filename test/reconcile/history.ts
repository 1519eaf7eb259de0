import type { Action } from '../../src/reconcile/action.js';
import type { DependencyCondition } from '../../src/model/spec/dependsOn.js';
import {
  type Desired,
  type DesiredService,
  highestGeneration,
  isRolling,
  type Limits,
  nothingDesired,
  wantedGeneration,
} from '../../src/reconcile/desired.js';
import { dependencyRuns } from '../../src/reconcile/gate.js';
import { isFinal, isActive, type Observed, type ObservedRun } from '../../src/reconcile/observed.js';
import type { reconcile as Reconcile } from '../../src/reconcile/reconcile.js';
import {
  addService,
  deleteInstances,
  deleteService,
  recycleInstances,
  replaceService,
  scaleService,
  startService,
  stopService,
} from '../../src/reconcile/requests.js';
import { viewOf } from '../../src/reconcile/view.js';
import { seenBy, createWorld, type Happening, holdsFor, isGivenUp, standingRun } from './world.js';

/** A service of a random config. It depends on services before it only, so there is no cycle. */
export interface Plan {
  readonly instances: number;
  readonly exec: 'fork' | 'cluster';
  readonly dependsOn: readonly {
    readonly on: number;
    readonly condition: DependencyCondition;
    readonly restart: boolean;
  }[];
}

/** A step of a random history. Numbers choose among what there is, modulo its count. */
export type Step =
  | { readonly type: 'happen'; readonly run: number; readonly happening: Happening }
  | { readonly type: 'add' | 'delete' | 'stop' | 'start' | 'reload' | 'restart'; readonly service: number }
  | { readonly type: 'scale'; readonly service: number; readonly instances: number }
  | { readonly type: 'recycle' | 'deleteOne'; readonly service: number; readonly instance: number }
  | { readonly type: 'stale' | 'stopAll' };

export interface History {
  readonly plans: readonly Plan[];
  readonly limits: Limits;
  readonly steps: readonly Step[];
}

const PASSES = 200;
const keyOf = (service: number): string => `s${String(service).padStart(2, '0')}`;

/** Plays a history against a reconciler, then lets all go well; throws for the first law that is broken. */
export function playHistory(reconcile: typeof Reconcile, { plans, limits, steps }: History): void {
  const world = createWorld();
  let desired: Desired<number> = nothingDesired;
  let before: readonly [Desired<number>, Observed] = [desired, world.observed()];
  const reported = new Set<string>();

  for (const service of plans.keys()) desired = add(service);
  advance();
  for (const step of steps) {
    before = [desired, world.observed()];
    take(step);
    advance();
  }
  calm();
  checkRest();

  function take(step: Step): void {
    switch (step.type) {
      case 'happen': {
        const { runs } = world.observed();
        if (runs.length > 0) world.happen(runs[step.run % runs.length]!.run, step.happening, desired);
        return;
      }
      case 'stale':
        // What was seen before the last step; by now other runs may be there.
        for (const action of reconcile(before[0], before[1], limits))
          checkIdentity(action, world.perform(action, desired));
        return;
      case 'stopAll':
        desired = { ...desired, stopAll: true };
        return;
      default:
        request(step);
    }
  }

  function request(step: Extract<Step, { readonly service: number }>): void {
    if (plans.length === 0) return;
    const index = step.service % plans.length;
    const key = keyOf(index);
    const service = desired.services[key];
    if (step.type === 'add' && service === undefined) desired = add(index);
    if (service === undefined) return;
    const { runs } = world.observed();
    if (step.type === 'delete') desired = deleteService(desired, key);
    if (step.type === 'stop') desired = stopService(desired, key);
    if (step.type === 'reload') desired = replaceService(desired, key, 'rolling');
    if (step.type === 'restart') desired = replaceService(desired, key, 'atOnce');
    if (step.type === 'deleteOne') desired = deleteInstances(desired, key, [step.instance % 4]);
    if (step.type === 'scale') desired = scaleService(desired, key, step.instances);
    if (step.type === 'recycle')
      desired = recycleInstances(
        desired,
        key,
        service.instances.filter((_, at) => at === step.instance % service.instances.length),
      );
    if (step.type === 'start') {
      const over = runs.filter((run) => run.key === key && isFinal(run)).map(({ instance }) => instance);
      desired = startService(desired, key, over);
    }
  }

  function add(index: number): Desired<number> {
    const { dependsOn, instances, exec } = plans[index]!;
    const edges = dependsOn
      .filter(() => index > 0)
      .map(({ on, condition, restart }) => [keyOf(on % index), { condition, restart }] as const);
    return addService(desired, keyOf(index), desired.latest, {
      instances: Array.from({ length: instances }, (_, instance) => instance),
      exec,
      dependsOn: Object.fromEntries(edges),
    });
  }

  /** Passes until there is nothing to do. */
  function advance(): void {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const observed = world.observed();
      const actions = reconcile(desired, observed, limits);
      checkSame(actions, reconcile(desired, shuffled(observed), limits));
      if (actions.length === 0) {
        checkGivenUp(observed);
        world.forget(desired);
        return;
      }
      for (const action of actions) {
        checkBefore(action);
        if (!world.perform(action, desired)) broken('an action for a run that is there was not done', action);
        checkIdentity(action, true);
      }
    }
    broken('it does not come to rest', reconcile(desired, world.observed(), limits));
  }

  /** From here on all goes well: what starts becomes ready, what stops is gone. */
  function calm(): void {
    const next: Partial<Record<ObservedRun['state'], Happening>> = {
      starting: 'ready',
      unready: 'ready',
      backingOff: 'retry',
      stopping: 'gone',
    };
    for (let round = 0; round < PASSES * 5; round += 1) {
      const run = world.observed().runs.find(({ state }) => next[state] !== undefined);
      if (run === undefined) return;
      world.happen(run.run, isJob(desired, run) && run.state === 'starting' ? 'end' : next[run.state]!, desired);
      advance();
    }
    broken('the calm never ends', world.observed());
  }

  function checkBefore(action: Action): void {
    const observed = world.observed();
    const service = desired.services[action.key];
    if (action.type === 'start') checkStart(action, service, observed);
    if (action.type === 'stop') checkStop(action, service, observed);
    if (action.type === 'settle' || action.type === 'done' || action.type === 'abandon') {
      const id = `${action.key} ${String(action.generation)}`;
      if (action.generation !== highestGeneration(service!)) broken('an outcome of another change', action);
      // A change may be seen to fail once it was reported, when not all of it had come up; not the other way round.
      if (reported.has(id) && action.type !== 'settle') broken('an outcome was reported twice', action);
      reported.add(id);
      const underWay = observed.runs.some(
        ({ key, state }) => key === action.key && ['starting', 'stopping'].includes(state),
      );
      if (action.type !== 'abandon' && underWay) broken('an outcome was reported too early', action);
    }
  }

  function checkStart(
    action: Extract<Action, { readonly type: 'start' }>,
    service: DesiredService | undefined,
    observed: Observed,
  ): void {
    if (service === undefined || service.stopped || desired.stopAll)
      return broken('a start of what should not run', action);
    if (!service.instances.includes(action.instance)) broken('a start beyond the wanted instances', action);
    for (const [key, { condition }] of Object.entries(service.dependsOn)) {
      if (!holdsFor(desired, observed, key, condition).holds) broken(`a start before ${key} is ${condition}`, action);
    }
    const seen = dependencyRuns(viewOf(desired, observed), service);
    if (JSON.stringify(seen) !== JSON.stringify(seenBy(service, desired, observed)))
      broken('other runs are seen', seen);
    const runs = observed.runs.filter(({ key }) => key === action.key);
    const here = runs.filter(({ instance }) => instance === action.instance);
    if (here.filter(isActive).length > 1) broken('a third run', action);
    if (here.some((run) => run.generation === action.generation && (isActive(run) || isFinal(run))))
      broken('a generation was started twice', action);
    if (here.some(isActive) && !(service.exec === 'cluster' && limits.surge > 0 && isRolling(service, action.instance)))
      broken('a start beside an old run without a right to it', action);
    if (here.some(isActive) && runs.filter(isActive).length >= service.instances.length + limits.surge)
      broken('more runs than surge allows', action);
    if (observed.runs.filter(({ state }) => state === 'starting').length >= limits.parallel)
      broken('more starts at once than allowed', action);
    const wanted = wantedGeneration(service, action.instance);
    const slot = observed.slots.find((each) => each.key === action.key && each.instance === action.instance);
    if (!isGivenUp(service, observed, wanted)) {
      if (action.generation !== wanted) broken('a start of another generation than wanted', action);
    } else {
      const settled = observed.services.find((each) => each.key === action.key)?.settled ?? 0;
      const known = Math.max(slot?.readyAt ?? 0, settled);
      if (known >= service.revisions[0].from && action.generation !== known)
        broken('a change that was given up is started', action);
    }
  }

  function checkStop(
    action: Extract<Action, { readonly type: 'stop' }>,
    service: DesiredService | undefined,
    observed: Observed,
  ): void {
    const isLeaving = (key: string): boolean => desired.stopAll || desired.services[key]?.stopped !== false;
    if (isLeaving(action.key)) {
      for (const [key, { dependsOn }] of Object.entries(desired.services)) {
        const there = observed.runs.some((run) => run.key === key && isActive(run));
        if (there && isLeaving(key) && Object.keys(dependsOn).includes(action.key))
          broken(`a stop before its dependent ${key}`, action);
      }
      // The config no longer has the edges of a deleted service; its runs do.
      for (const run of observed.runs.filter((each) => isActive(each) && desired.services[each.key] === undefined)) {
        if (run.dependencies.includes(action.key)) broken(`a stop before its dependent ${run.key}`, action);
      }
      return;
    }
    if (!service?.instances.includes(action.instance)) return;
    const run = observed.runs.find((each) => each.run === action.run)!;
    const standing = standingRun(service, observed, action.instance);
    if (standing === run && !restartIsDue(run, service, observed)) broken('a stop of what stands', action);
    if (standing === run && !isOpen(service, observed)) broken('a restart while a dependency is away', action);
    if (run.state !== 'ready') return;
    const others = observed.runs.filter(
      (each) => each.key === run.key && each.instance === run.instance && each !== run,
    );
    const stays = others.some(({ state }) => state === 'ready');
    const isBeside = service.exec === 'cluster' && limits.surge > 0 && isRolling(service, run.instance);
    if (isBeside && standing !== run && !stays) broken('the old one stopped before the new one was ready', action);
    if (stays || !isRolling(service, run.instance)) return;
    if (missing(service, observed) >= Math.max(1, limits.maxUnavailable))
      broken('too many instances are missing', action);
  }

  /** No change goes on beside a run of it that has failed. */
  function checkGivenUp(observed: Observed): void {
    for (const service of Object.values(desired.services)) {
      const { settled = 0, reported = 0 } = observed.services.find(({ key }) => key === service.key) ?? {};
      if (settled < service.revisions[0].from || service.stopped || desired.stopAll) continue;
      for (const run of observed.runs.filter(
        ({ key, instance }) => key === service.key && service.instances.includes(instance),
      )) {
        const wanted = wantedGeneration(service, run.instance);
        const failed = ['backingOff', 'failed'].includes(run.state) || run.attempt > 1;
        if (failed && run.generation === wanted && wanted > reported) broken('a change that failed goes on', run);
      }
    }
  }

  function isOpen({ dependsOn }: DesiredService, observed: Observed): boolean {
    return Object.entries(dependsOn).every(([key, { condition }]) => holdsFor(desired, observed, key, condition).holds);
  }

  function restartIsDue(run: ObservedRun, service: DesiredService, observed: Observed): boolean {
    return Object.entries(service.dependsOn).some(([key, { condition, restart }]) => {
      const now = holdsFor(desired, observed, key, condition).runs;
      return (
        restart &&
        Object.entries(run.seen[key] ?? {}).some(([i, seen]) => now[Number(i)] !== undefined && now[Number(i)] !== seen)
      );
    });
  }

  function checkIdentity(action: Action, done: boolean): void {
    const { runs } = world.observed();
    if (!done) return;
    for (const run of runs.filter(isActive)) {
      const here = runs.filter((each) => each.key === run.key && each.instance === run.instance && isActive(each));
      if (here.length > 2) broken('more than two runs of an instance', action);
      if (here.some((each) => each !== run && each.generation === run.generation))
        broken('two runs of one generation', action);
    }
  }

  /** What is there when nothing is left to do. */
  function checkRest(): void {
    const observed = world.observed();
    for (const run of observed.runs) {
      const service = desired.services[run.key];
      if (!service?.instances.includes(run.instance)) broken('what was deleted is still there', run);
      else if ((service.stopped || desired.stopAll) && isActive(run)) broken('what was stopped still runs', run);
    }
    for (const service of Object.values(desired.services)) {
      if (service.stopped || desired.stopAll) continue;
      for (const instance of service.instances) checkInstance(service, instance, observed);
    }
  }

  function checkInstance(service: DesiredService, instance: number, observed: Observed): void {
    const runs = observed.runs.filter((run) => run.key === service.key && run.instance === instance);
    const slot = observed.slots.find((each) => each.key === service.key && each.instance === instance);
    const gate = isOpen(service, observed);
    if (runs.filter(isActive).length > 1) broken('two runs are left of one instance', runs);
    if (runs.length === 0) {
      if (gate) broken('an instance does not run', service);
      if (slot?.blocked === undefined) broken('an instance waits for nothing', service);
      return;
    }
    const wanted = wantedGeneration(service, instance);
    const run = runs.find(isActive) ?? standingRun(service, observed, instance);
    if (run?.state === 'stopped' && gate) broken('an instance was left stopped', runs);
    if (run?.generation !== wanted && !isGivenUp(service, observed, wanted) && gate)
      broken('an instance was not replaced', runs);
    if (run !== undefined && isActive(run) && gate && restartIsDue(run, service, observed))
      broken('a restart is due', run);
  }

  function missing(service: DesiredService, observed: Observed): number {
    return service.instances.filter((instance) => {
      const runs = observed.runs.filter((run) => run.key === service.key && run.instance === instance);
      const standing = standingRun(service, observed, instance);
      return !runs.some(({ state }) => state === 'ready') && !(standing !== undefined && isFinal(standing));
    }).length;
  }
}

/** A service that others wait for to complete has to do so in the end. */
function isJob(desired: Desired, { key }: ObservedRun): boolean {
  return Object.values(desired.services).some(({ dependsOn }) => dependsOn[key]?.condition.startsWith('completed'));
}

function checkSame(actions: readonly Action[], others: readonly Action[]): void {
  if (JSON.stringify(actions) !== JSON.stringify(others))
    broken('another order of the same state gives other actions', [actions, others]);
}

function shuffled({ runs, slots, services }: Observed): Observed {
  return { runs: runs.toReversed(), slots: slots.toReversed(), services: services.toReversed() };
}

function broken(law: string, detail: unknown): never {
  throw new Error(`${law}: ${JSON.stringify(detail)}`);
}
