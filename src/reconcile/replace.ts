import { abandon, isAbandoned } from './abandon.js';
import { type DesiredService, firstGeneration, isRolling, type Limits, wantedGeneration } from './desired.js';
import { gateOf, isRestartDue } from './gate.js';
import { remove, stop } from './leave.js';
import { isFinal, isActive, type ObservedRun } from './observed.js';
import type { View } from './view.js';

/** Brings the instances of a service to their wanted generations, within the limits. Instances without a ready run come first. */
export function replaceInstances(view: View, service: DesiredService, general: Limits): void {
  const limits = { ...general, ...service.limits };
  const serving = service.instances.filter((instance) => isServing(view, service, instance));
  const rest = service.instances.filter((instance) => !serving.includes(instance));
  for (const instance of [...rest, ...serving]) replaceInstance(view, service, limits, instance);
}

function replaceInstance(view: View, service: DesiredService, limits: Limits, instance: number): void {
  const current = view.currentRun(service, instance);
  if (current === undefined || current.state === 'stopped') {
    startInstance(view, service, limits, instance);
    return;
  }
  if (current.state === 'stopping') return;
  if (!isFinal(current) && isRestartDue(view, service, current.seen) && gateOf(view, service).state === 'open') {
    if (current.state !== 'ready' || mayLose(view, service, limits)) stop(view, current);
    return;
  }
  stopOthers(view, service, instance, current);
}

/** Stops and removes all runs of an instance but the current one. While that is not ready, the newest ready one continues. */
function stopOthers(view: View, service: DesiredService, instance: number, current: ObservedRun): void {
  const others = view.runsAt(service.key, instance).filter((run) => run !== current);
  const kept = current.state === 'ready' ? undefined : others.findLast(({ state }) => state === 'ready');
  for (const run of others) {
    if (!isActive(run)) remove(view, run);
    else if (run !== kept) stop(view, run);
  }
}

/** Starts an instance at its wanted generation, beside its older run or after it, if its dependencies and the limits allow. */
function startInstance(view: View, service: DesiredService, limits: Limits, instance: number): void {
  const older = view.runsAt(service.key, instance).filter(isActive);
  const serving = older.findLast(({ state }) => state === 'ready');
  const kept = serving ?? older.at(-1);
  for (const run of older) if (run !== kept) stop(view, run);
  const gate = gateOf(view, service);
  if (gate.state !== 'open') {
    const never = gate.state === 'never';
    if (kept === undefined) block(view, service, instance, never, gate.by);
    else if (never && serving !== undefined) abandon(view, service, { reason: 'dependency', by: gate.by });
    return;
  }
  if (view.starting() >= limits.parallel) return;
  if (kept === undefined) {
    start(view, service, instance);
  } else if (serving !== undefined && startsBeside(service, limits, instance)) {
    const occupied = view.runsOf(service.key).filter(isActive).length;
    if (older.length === 1 && occupied < service.instances.length + limits.surge) start(view, service, instance);
  } else if (serving === undefined || !isRolling(service, instance) || mayLose(view, service, limits)) {
    stop(view, kept);
  }
}

function startsBeside(service: DesiredService, { surge }: Limits, instance: number): boolean {
  return service.exec === 'cluster' && surge > 0 && isRolling(service, instance);
}

function start(view: View, service: DesiredService, instance: number): void {
  const { key } = service;
  const { lastRun, readyAt } = view.slotAt(key, instance);
  const wanted = wantedGeneration(service, instance);
  // The version that this instance had before the change that was given up.
  const before = Math.max(readyAt, view.progressOf(service).settled ?? 0);
  const generation = isAbandoned(view, service, instance) && before >= firstGeneration(service) ? before : wanted;
  view.perform({ type: 'start', key, instance, generation, after: lastRun });
}

function block(view: View, { key }: DesiredService, instance: number, never: boolean, by: readonly string[]): void {
  const { blocked } = view.slotAt(key, instance);
  if (blocked?.never === never && blocked.by.join('\n') === by.join('\n')) return;
  view.perform({ type: 'block', key, instance, never, by });
}

/** Whether one more instance may be missing. An instance that has ended for good does not count: it will not come back. */
function mayLose(view: View, service: DesiredService, { maxUnavailable }: Limits): boolean {
  let missing = 0;
  for (const instance of service.instances) {
    if (isServing(view, service, instance)) continue;
    const current = view.currentRun(service, instance);
    if (current === undefined || !isFinal(current)) missing += 1;
  }
  return missing < Math.max(1, maxUnavailable);
}

function isServing(view: View, service: DesiredService, instance: number): boolean {
  return view.runsAt(service.key, instance).some(({ state }) => state === 'ready');
}
