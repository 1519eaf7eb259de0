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

/** The options of {@link restartAt}. */
export interface RestartOptions {
  /** A run of this many ms is stable: the next crash counts as the first again. Default `1_800_000`, 30 minutes. */
  readonly restartOk?: number | undefined;
  /** `'crash'`: restart after a crash only. `'exit'`: after a clean exit too. Default `'crash'`. */
  readonly restartOn?: 'crash' | 'exit' | undefined;
  /** Exit codes after which there is no restart. Default `[]`. */
  readonly stopExitCodes?: readonly number[] | undefined;
  /** At most `max` restarts within any `within` ms. Default: no limit. */
  readonly limit?: RestartLimit | undefined;
  /**
   * Commands. `stop`, `restart` and `reset` have an effect at any time; `signal`, `send` and `fail` are refused between runs.
   * Each back-off subscribes again, so share a cold Observable, as `withCommands` does. Default: none.
   */
  readonly command$?: Observable<Command> | undefined;
}

/** What follows a run: nothing (`end`), `gaveUp`, a run at once (`now`), or a run after a delay in ms (`later`). */
export type RestartDecision =
  | { readonly type: 'end' }
  | { readonly type: 'giveUp'; readonly reason: GaveUp['reason'] }
  | { readonly type: 'now'; readonly delay: 0 }
  | { readonly type: 'later'; readonly delay: number; readonly crashes: number };

/** The state of one `restartAt` subscription. It gets events and commands, and decides what follows a run. */
export interface RestartPolicy {
  /** Starts a run at the time `now`, and returns its number. */
  startRun(now: number): number;
  onEvent(event: ChildEvent): void;
  onCommand(command: Command): void;
  /** Decides what follows the run that has ended, at the time `now`. */
  decide(now: number): RestartDecision;
  isRunning(): boolean;
  /** Whether no run may follow. */
  isOver(): boolean;
  /** Name and number of the last run. */
  origin(): EventOrigin;
}

/** Makes the policy of one `restartAt` subscription. @param schedule undefined: never restart */
export function restartPolicy(
  schedule: Schedule | undefined,
  { restartOn = 'crash', stopExitCodes = [], limit }: RestartOptions,
): RestartPolicy {
  let origin: EventOrigin = { attempt: 0 };
  let crashes = 0;
  const restarts = limit && slidingWindow(limit);
  let end: Exited | SpawnFailed | undefined;
  let failed = false;
  let gaveUp = false;
  let requested: 'stop' | 'restart' | undefined;
  let decision: RestartDecision = { type: 'now', delay: 0 };

  const isDone = (end: Exited | SpawnFailed): boolean =>
    end.type === 'exited' && (end.expected || (end.code !== null && stopExitCodes.includes(end.code)));
  const decide = (now: number): RestartDecision => {
    if (requested === 'stop') return { type: 'end' };
    if (requested === 'restart') return { type: 'now', delay: 0 };
    if (end === undefined || gaveUp) return { type: 'end' };
    // The exit code of a run that was stopped because it failed means nothing.
    if (!failed && isDone(end)) return { type: 'end' };
    const crashed = failed || isCrash(end);
    if (!crashed && (restartOn === 'crash' || schedule === undefined)) return { type: 'end' };
    if (schedule === undefined) return { type: 'giveUp', reason: 'never' };
    const delay = schedule(crashes + 1);
    if (restarts?.isFull(now, delay) === true) return { type: 'giveUp', reason: 'limit' };
    crashes += 1;
    return { type: 'later', delay, crashes };
  };

  return {
    startRun: (now) => {
      // Counted at the start of the run, not at the decision: a requested restart may have ended the wait early.
      if (decision.type === 'later' && requested !== 'restart') restarts?.add(now);
      requested = requested === 'stop' ? 'stop' : undefined;
      end = undefined;
      failed = false;
      gaveUp = false;
      origin = { ...origin, attempt: origin.attempt + 1 };
      return origin.attempt;
    },
    onEvent: (event) => {
      if (isTerminal(event)) end = event;
      if (event.type === 'stable') crashes = 0;
      if (event.type === 'gaveUp') gaveUp = true;
      if (event.type === 'stopping' && isFailure(event.reason)) failed = true;
      origin = originOf(event);
    },
    onCommand: (command) => {
      const { type } = command;
      if (type === 'stop') requested = 'stop';
      if (type === 'restart' && requested !== 'stop') requested = 'restart';
      // A person who restarts a child has probably fixed the cause. A trigger has not.
      if (type === 'reset' || (command.type === 'restart' && command.trigger === undefined)) {
        crashes = 0;
        restarts?.clear();
      }
    },
    isRunning: () => end === undefined,
    decide: (now) => (decision = decide(now)),
    isOver: () => requested === 'stop' || decision.type === 'end' || decision.type === 'giveUp',
    origin: () => origin,
  };
}

/** The restarts that the members of a group share. When they are used up, no member is restarted. */
export interface RestartBudget {
  /** Takes a restart at the time `now`. Returns false if none is left. */
  readonly tryTake: (now: number) => boolean;
  readonly reset: () => void;
  /** Uses up all restarts. */
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
