import type { Observable } from 'rxjs';
import { type Child, type ChildSpec, managed$, type Status, supervise, type Supervisor, type Target } from 'rxvisor';
import type { ChildEvent, CommandResult, SupervisorEvent } from 'rxvisor';
import * as pm from 'rxvisor/pm';
import { expectTypeOf } from 'vitest';

declare const supervisor: Supervisor;
declare const child: Child;

// Targets: a name, an id, a pid, or a predicate; never nothing.
expectTypeOf<string>().toExtend<Target>();
expectTypeOf<number>().toExtend<Target>();
expectTypeOf<{ pid: number }>().toExtend<Target>();
expectTypeOf<(status: Status) => boolean>().toExtend<Target>();
expectTypeOf<undefined>().not.toExtend<Target>();
expectTypeOf<null>().not.toExtend<Target>();
expectTypeOf<{ name: string }>().not.toExtend<Target>();
expectTypeOf<{ pid: undefined }>().not.toExtend<Target>();
export const wrong = [
  // @ts-expect-error -- there is no "all" by omission
  () => supervisor.stop(),
  // @ts-expect-error -- a status may have no pid
  (status: Status) => supervisor.stop({ pid: status.pid }),
  // @ts-expect-error -- a signal has a name
  () => supervisor.signal('web', 9),
];

// The supervisor.
expectTypeOf(supervise).returns.toEqualTypeOf<Supervisor>();
expectTypeOf<Supervisor>().toExtend<AsyncDisposable>();
expectTypeOf(supervisor.event$).toEqualTypeOf<Observable<SupervisorEvent>>();
expectTypeOf(supervisor.status$).toEqualTypeOf<Observable<readonly Status[]>>();
expectTypeOf(supervisor.start).toEqualTypeOf<(spec: ChildSpec) => Child>();
for (const command of [supervisor.stop, supervisor.remove]) {
  expectTypeOf(command).returns.toEqualTypeOf<Promise<readonly Status[]>>();
  expectTypeOf(command).parameter(0).toEqualTypeOf<Target>();
}
for (const command of [supervisor.restart, supervisor.watch]) {
  expectTypeOf(command).returns.toEqualTypeOf<Promise<readonly CommandResult[]>>();
  expectTypeOf(command).parameter(0).toEqualTypeOf<Target>();
}
for (const command of [supervisor.reset, supervisor.reopenLogs]) {
  expectTypeOf(command).toEqualTypeOf<(target: Target) => readonly Status[]>();
}
expectTypeOf(supervisor.send).parameter(1).toEqualTypeOf<unknown>();
expectTypeOf(supervisor.stopAll).returns.toEqualTypeOf<Promise<readonly Status[]>>();
expectTypeOf(supervisor.onStopping).toEqualTypeOf<(handler: () => unknown) => () => void>();
expectTypeOf(supervisor.event$).not.toHaveProperty('next');

// A child.
expectTypeOf(child.id).toEqualTypeOf<number>();
expectTypeOf(child.name).toEqualTypeOf<string | undefined>();
expectTypeOf(child.event$).toEqualTypeOf<Observable<SupervisorEvent>>();
expectTypeOf(child.status$).toEqualTypeOf<Observable<Status>>();
// @ts-expect-error -- an id is for life
child.id = 2;

// Specs: frozen ones and read-only lists will do; unknown keys will not.
export const frozen = { command: 'a', args: ['b'], restartAt: [1, 2] } as const;
expectTypeOf(frozen).toExtend<ChildSpec>();
expectTypeOf(managed$).parameter(0).toEqualTypeOf<ChildSpec>();
expectTypeOf(managed$).returns.toEqualTypeOf<Observable<ChildEvent>>();
// @ts-expect-error -- restartAt it is
export const misspelt: ChildSpec = { command: 'a', restartat: [1] };

// The plain face: with a callback, a wrong spec gives no child.
declare const spec: ChildSpec;
declare const callback: pm.Callback;
export const started = (): Child => pm.start(spec);
export const perhaps = (): Child | undefined => pm.start(spec, callback);
// @ts-expect-error -- it may be undefined
export const surely = (): Child => pm.start(spec, callback);
expectTypeOf(pm.stop).returns.toEqualTypeOf<Promise<readonly Status[]>>();
expectTypeOf(pm.onstopping).toEqualTypeOf<(handler: () => unknown) => () => void>();
expectTypeOf<(error?: unknown) => void>().toExtend<pm.Callback>();
