import type { Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import type { ChildEvent, Effects, SupervisorEvent } from 'rxvisor';
import { type EventPattern, type FakeChild, fakeChild, lifecycle, record, type TimelineEntry } from 'rxvisor/testing';
import { expectTypeOf } from 'vitest';

declare const event$: Observable<ChildEvent>;
declare const supervised$: Observable<SupervisorEvent>;

// A fake is the effects that everything takes, and its spawns what expectSubscriptions takes.
expectTypeOf<FakeChild>().toExtend<Effects>();
expectTypeOf<FakeChild['spawns']>().toExtend<Parameters<RunHelpers['expectSubscriptions']>[0]>();

// The work's result is the lifecycle's.
expectTypeOf(lifecycle(() => 7)).toEqualTypeOf<number>();
expectTypeOf(lifecycle(({ timeline }) => timeline(event$))).toEqualTypeOf<readonly TimelineEntry[]>();

// Values are checked: actions of a child, fields of one event.
fakeChild(['s e', { plays: 's', onStop: 'ignore' }], {
  values: { e: 137, o: 'a line', m: { type: 'message', message: 1 } },
});
// @ts-expect-error -- there is no such behaviour
fakeChild([{ plays: 's', onStop: 'dumb' }]);
// @ts-expect-error -- no child backs off
fakeChild(['b'], { values: { b: { type: 'backingOff' } } });
expectTypeOf<{ type: 'backingOff'; delay: 500 }>().toExtend<EventPattern>();
expectTypeOf<{ delay: 'long' }>().not.toExtend<EventPattern>();

// What is recorded is passed on as it came.
expectTypeOf(supervised$.pipe(record(() => undefined))).toEqualTypeOf<Observable<SupervisorEvent>>();
