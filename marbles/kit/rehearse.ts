import { defer, map, type MonoTypeOperatorFunction, Subject, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type Act,
  type ChildEvent,
  type Command,
  type Member,
  restartAt,
  type State,
  stopWith,
  withCommands,
} from '../../src/index.js';
import { initialStatus, reduceStatus, type TrackedStatus } from '../../src/model/status.js';
import { letterOf } from '../../src/testing/legend.js';
import { child$ } from './child.js';
import { play$ } from './play.js';
import type { Policy, Scene } from './policy.js';
import { type Mark, readScore, writeScore } from './score.js';

/** The events of one line of a diagram; for a child, also its states with their start times. */
export interface Lane {
  readonly name: string;
  readonly marks: Mark[];
  readonly states: { readonly at: number; readonly state: State }[];
}

export interface Rehearsal {
  readonly inputs: readonly Lane[];
  readonly outputs: readonly Lane[];
  /** The actual and the expected outputs as scores, by name. */
  readonly actual: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
}

const commands: Readonly<Record<string, Command>> = { S: { type: 'stop' }, R: { type: 'restart' } };

/** Plays a policy in virtual time, and records its inputs and outputs. */
export function rehearse({ inputs, policy, until, expected: promised }: Policy): Rehearsal {
  const { run$ = [], children = {}, onStop = 50, command$ = '', streams = {}, outputs: said = [] } = inputs;
  const scheduler = new TestScheduler(() => undefined);
  const lanes = new Map<string, Lane>();
  const note = (lane: Lane, sign: string): void => void lane.marks.push({ at: scheduler.now(), sign });
  const noting = <T>(name: string, signOf: (value: T) => string): MonoTypeOperatorFunction<T> => {
    const lane = lanes.get(name) ?? laneOf(name);
    lanes.set(name, lane);
    return tap((value) => note(lane, signOf(value)));
  };
  const expected = typeof promised === 'string' ? { result: promised } : promised;
  const outputs = Object.keys(expected).map(laneOf);

  scheduler.run(({ flush }) => {
    const texts = [...said];
    const act$ = new Subject<Act>();
    const sent$ = new Subject<Command>();
    const acts = new Map(Object.keys(children).map((name) => [name, new Subject<Act>()]));
    const lives = new Map(
      Object.entries(children).map(([name, scores]) => [name, child$(scores, acts.get(name)!, onStop, texts)]),
    );
    const first: TrackedStatus = { status: initialStatus({}, 0), end: 'stopped' };
    const statuses = new Map(outputs.map((lane) => [lane, first]));
    const follow = (lane: Lane, event: ChildEvent | undefined): void => {
      const tracked = reduceStatus(statuses.get(lane)!, event, scheduler.now());
      const { state } = tracked.status;
      statuses.set(lane, tracked);
      if (lane.states.at(-1)?.state !== state) lane.states.push({ at: scheduler.now(), state });
    };
    // Later, because the last events are still passing through the policy.
    const onEnd = (name: string): void => {
      const lane = outputs.find((lane) => lane.name === name);
      if (lane?.states.at(-1)?.state === 'stopping') follow(lane, undefined);
    };
    const scene: Scene = {
      act$,
      run$: child$([run$].flat(), act$, onStop, texts).pipe(noting('run$', letterOf)),
      command$: sent$,
      child:
        (name): Member =>
        (command$) =>
          withCommands(command$, (command$) =>
            defer(() => lives.get(name)!).pipe(
              map((event): ChildEvent => ({ ...event, name })),
              stopWith(command$, { act$: acts.get(name)!, grace: 1_000 }),
              restartAt([], { command$ }),
            ),
          ).pipe(tap({ complete: () => void scheduler.schedule(() => onEnd(name)) })),
      stream$: (name) =>
        play$(streams[name]!).pipe(
          noting(name, (sign) => sign),
          tap({ complete: () => note(lanes.get(name)!, '|') }),
        ),
    };
    sent$.pipe(noting('command$', ({ type }) => signOf(type))).subscribe();
    play$(command$).subscribe((sign) => sent$.next(commands[sign]!));
    const subscription = policy(scene).subscribe({
      next: (value) => {
        const event = isEvent(value) ? value : undefined;
        const lane = outputs.find(({ name }) => name === event?.name) ?? outputs.at(-1)!;
        note(lane, event === undefined ? String(value) : letterOf(event));
        if (event !== undefined) follow(lane, event);
      },
      error: () => note(outputs.at(-1)!, '#'),
      complete: () => {
        for (const lane of outputs) {
          if (lane.states.length > 0) follow(lane, undefined);
        }
        for (const lane of outputs) note(lane, '|');
      },
    });
    if (until !== undefined) {
      scheduler.schedule(
        () => {
          if (!subscription.closed) for (const lane of outputs) note(lane, '...');
          subscription.unsubscribe();
        },
        readScore(`${until} !`)[0]!.at,
      );
    }
    flush();
  });
  return {
    inputs: [...lanes.values()].filter(({ marks }) => marks.length > 0),
    outputs,
    actual: Object.fromEntries(outputs.map(({ name, marks }) => [name, writeScore(marks)])),
    expected: Object.fromEntries(Object.entries(expected).map(([name, score]) => [name, writeScore(readScore(score))])),
  };
}

function signOf(type: Command['type']): string {
  return Object.keys(commands).find((sign) => commands[sign]!.type === type) ?? '?';
}

function laneOf(name: string): Lane {
  return { name, marks: [], states: [] };
}

function isEvent(value: unknown): value is ChildEvent {
  return typeof value === 'object' && value !== null && 'type' in value;
}
