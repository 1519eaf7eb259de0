import type { Observable } from 'rxjs';
import type { ChildEvent, Command, Exited, LastExit, Status, SupervisorEvent } from 'rxvisor';
import { isTerminal } from 'rxvisor';
import { expectTypeOf } from 'vitest';

declare const event: ChildEvent;
declare const event$: Observable<ChildEvent>;
declare const status: Status;
declare const command: Command;

// `type` decides which fields there are, and nothing but JSON is in them.
if (event.type === 'exited') {
  expectTypeOf(event).toEqualTypeOf<Exited>();
  expectTypeOf(event.code).toEqualTypeOf<number | null>();
  expectTypeOf(event.signal).toEqualTypeOf<NodeJS.Signals | null>();
}
if (event.type === 'ready') expectTypeOf(event).not.toHaveProperty('code');
if (event.type === 'output') expectTypeOf(event.stream).toEqualTypeOf<'stdout' | 'stderr'>();
if (event.type === 'gaveUp') expectTypeOf(event.reason).toEqualTypeOf<'never' | 'limit' | 'permanent' | 'dependency'>();
if (event.type === 'stopping') {
  expectTypeOf(event.reason).toEqualTypeOf<
    'stop' | 'restart' | 'readyTimeout' | 'liveness' | 'channel' | 'fail' | 'leftover'
  >();
}
if (isTerminal(event)) expectTypeOf(event.type).toEqualTypeOf<'exited' | 'spawnFailed'>();
expectTypeOf(event.attempt).toEqualTypeOf<number>();
expectTypeOf(event.name).toEqualTypeOf<string | undefined>();
expectTypeOf<ChildEvent['type']>().toEqualTypeOf<
  | 'spawned'
  | 'spawnFailed'
  | 'ready'
  | 'output'
  | 'message'
  | 'stable'
  | 'exited'
  | 'backingOff'
  | 'stopping'
  | 'killed'
  | 'gaveUp'
  | 'stoppingAll'
  | 'logFailed'
  | 'triggerFailed'
  | 'guardianFailed'
  | 'daemonized'
  | 'refused'
>();

// All cases are there: a switch over them needs no default.
export function describe(event: ChildEvent): string {
  switch (event.type) {
    case 'spawned':
      return `${event.pid}`;
    case 'spawnFailed':
    case 'logFailed':
    case 'triggerFailed':
    case 'guardianFailed':
      return event.code;
    case 'backingOff':
      return `${event.delay} ${event.crashes}`;
    case 'refused':
      return `${event.command} ${event.reason}`;
    case 'killed':
      return event.signal;
    case 'output':
      return event.text;
    case 'ready':
    case 'message':
    case 'stable':
    case 'exited':
    case 'stopping':
    case 'gaveUp':
    case 'stoppingAll':
    case 'daemonized':
      return event.type;
  }
}

// A supervisor's events are a child's, with an id; the union stays one on `type`.
declare const supervised: SupervisorEvent;
expectTypeOf(supervised).toExtend<ChildEvent>();
expectTypeOf(supervised.id).toEqualTypeOf<number>();
if (supervised.type === 'spawned') expectTypeOf(supervised.pid).toEqualTypeOf<number>();
// @ts-expect-error -- a child's event has no id: that is its supervisor's
export const strict: Observable<SupervisorEvent> = event$;

// Everything is read-only.
// @ts-expect-error -- an event is not changed
event.attempt = 2;
// @ts-expect-error -- nor is a status
status.state = 'online';
// @ts-expect-error -- nor is a command
command.type = 'stop';
expectTypeOf<Status>().toEqualTypeOf<Readonly<Status>>();
expectTypeOf<LastExit>().toEqualTypeOf<Readonly<LastExit>>();

// Commands.
expectTypeOf<{ type: 'stop' }>().toExtend<Command>();
expectTypeOf<{ type: 'stop'; grace: number }>().toExtend<Command>();
expectTypeOf<{ type: 'signal' }>().not.toExtend<Command>();
expectTypeOf<{ type: 'signal'; signal: 'SIGFOO' }>().not.toExtend<Command>();
