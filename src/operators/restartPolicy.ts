import type { Observable } from 'rxjs';
import {
  type ChildEvent,
  type EventOrigin,
  type Exited,
  type GaveUp,
  isFailure,
  isTerminal,
  originOf,
  type SpawnFailed,
} from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import { isCrash } from '../model/runEnd.js';
import { slidingWindow } from '../model/slidingWindow.js';
import type { RestartLimit, Schedule } from '../model/spec/childSpec.js';

/** What follows a run: nothing, a last word, a run at once, or a run after a wait. Delays in ms. */
export type RestartDecision =
  | { readonly type: 'end' }
  | { readonly type: 'giveUp'; readonly reason: GaveUp['reason'] }
  | { readonly type: 'now'; readonly delay: 0 }
  | { readonly type: 'later'; readonly delay: number; readonly crashes: number };

/** The memory of one `restartAt` subscription: what happened, what was asked for, and what follows from both. */
export interface RestartPolicy {
  /** A run begins at `now`; gives its number. */
  startRun(now: number): number;
  onEvent(event: ChildEvent): void;
  onCommand(command: Command): void;
  /** The verdict on the run that has ended, at `now`. */
  decide(now: number): RestartDecision;
  /** Whether a run is on. */
  isRunning(): boolean;
  /** Whether no run may follow. */
  isOver(): boolean;
  /** Name and number of the last run. */
  origin(): EventOrigin;
}

/** @param schedule undefined: never */
export function restartPolicy(
  schedule: Schedule | undefined,
  { restartOn = 'crash', stopExitCodes = [], limit }: RestartOptions,
): RestartPolicy {
  let origin: EventOrigin = { attempt: 0 };
  let crashes = 0;
  const restarts = limit && slidingWindow(limit);
  let last: Exited | SpawnFailed | undefined;
  let failed = false;
  let final = false;
  let asked: 'stop' | 'restart' | undefined;
  let decision: RestartDecision = { type: 'now', delay: 0 };

  const isDone = (end: Exited | SpawnFailed): boolean =>
    end.type === 'exited' && (end.expected || (end.code !== null && stopExitCodes.includes(end.code)));
  const decide = (now: number): RestartDecision => {
    if (asked === 'stop') return { type: 'end' };
    if (asked === 'restart') return { type: 'now', delay: 0 };
    if (last === undefined || final) return { type: 'end' };
    // The code of a run that was ended for its own failure says nothing.
    if (!failed && isDone(last)) return { type: 'end' };
    const crashed = failed || isCrash(last);
    if (!crashed && (restartOn === 'crash' || schedule === undefined)) return { type: 'end' };
    if (schedule === undefined) return { type: 'giveUp', reason: 'never' };
    const delay = schedule(crashes + 1);
    if (restarts?.isFull(now, delay) === true) return { type: 'giveUp', reason: 'limit' };
    crashes += 1;
    return { type: 'later', delay, crashes };
  };

  return {
    startRun: (now) => {
      // Only now is the window known to have moved: a restart that was asked for may have cut the wait short.
      if (decision.type === 'later' && asked !== 'restart') restarts?.add(now);
      asked = asked === 'stop' ? 'stop' : undefined;
      last = undefined;
      failed = false;
      final = false;
      origin = { ...origin, attempt: origin.attempt + 1 };
      return origin.attempt;
    },
    onEvent: (event) => {
      if (isTerminal(event)) last = event;
      if (event.type === 'stable') crashes = 0;
      if (event.type === 'gaveUp') final = true;
      if (event.type === 'stopping' && isFailure(event.reason)) failed = true;
      origin = originOf(event);
    },
    onCommand: (command) => {
      const { type } = command;
      if (type === 'stop') asked = 'stop';
      if (type === 'restart' && asked !== 'stop') asked = 'restart';
      // Whoever restarts it by hand has mended it. A trigger has not.
      if (type === 'reset' || (command.type === 'restart' && command.trigger === undefined)) {
        crashes = 0;
        restarts?.clear();
      }
    },
    isRunning: () => last === undefined,
    decide: (now) => (decision = decide(now)),
    isOver: () => asked === 'stop' || decision.type === 'end' || decision.type === 'giveUp',
    origin: () => origin,
  };
}

export interface RestartOptions {
  /** A run that has lasted this many ms is stable: the next crash is the first again. Default `1_800_000`. */
  readonly restartOk?: number | undefined;
  /** Restart after a crash only, or after a clean exit too. Default `'crash'`. */
  readonly restartOn?: 'crash' | 'exit' | undefined;
  /** Exit codes after which there is no restart. Default `[]`. */
  readonly stopExitCodes?: readonly number[] | undefined;
  /** At most `max` restarts within any `within` ms. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
  /**
   * `stop`, `restart` and `reset` are heard here at any time, `signal`, `send` and `fail` refused between runs. Subscribed anew
   * in each back-off: share a cold one, as `withCommands` does. Default: none.
   */
  readonly command$?: Observable<Command> | undefined;
}

/** The restarts that the parts of a group share. Once they are used up, none of its parts is started again. */
export interface RestartBudget {
  /** Takes one at `now`, if there is one. */
  readonly tryTake: (now: number) => boolean;
  readonly reset: () => void;
  /** Uses up what there is. */
  readonly exhaust: () => void;
}

export function restartBudget(limit: RestartLimit | undefined): RestartBudget {
  const taken = limit && slidingWindow(limit);
  let spent = false;
  return {
    tryTake: (now) => {
      spent ||= taken?.isFull(now) === true;
      taken?.add(now);
      return !spent;
    },
    reset: () => {
      taken?.clear();
    },
    exhaust: () => {
      spent = true;
    },
  };
}
