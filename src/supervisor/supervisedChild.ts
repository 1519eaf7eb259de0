import { defer, firstValueFrom, type Observable, type SchedulerLike, Subject, takeUntil } from 'rxjs';
import { managed$ } from '../managed.js';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import type { Effects } from '../model/effects.js';
import { thrownText } from '../model/errors.js';
import type { RunIdentity } from '../model/spawnedProcess.js';
import type { Plan } from '../model/spec/plan.js';
import { type CommandResult, identityOf, type Status } from '../model/status.js';
import { startOutcome } from '../operators/startOutcome.js';
import { signalLiveProcesses } from '../process/liveProcesses.js';
import { type ChildCommands, childCommands } from './childCommands.js';
import { nextRun$, statusTracker } from './statusTracker.js';

/** A child's event, with the child's id. */
export type SupervisorEvent = ChildEvent & { readonly id: number };

/** One supervised child. `id` is stable over restarts and never reused. */
export interface Child {
  readonly id: number;
  readonly name: string | undefined;
  /** Every event from here on, restarts and all. Completes when the child is removed. */
  readonly event$: Observable<SupervisorEvent>;
  /** The status now, then every change. Completes when the child is removed. */
  readonly status$: Observable<Status>;
}

/** A child in its supervisor's hands. */
export interface SupervisedChild extends ChildCommands {
  readonly child: Child;
  readonly status: () => Status;
  /** Whether a run is on or may follow, or the log of the last one is being written. */
  readonly running: () => boolean;
  /** Whether it is being stopped for good. */
  readonly stopAsked: () => boolean;
  /** Resolves when no run will follow, the group is gone and the log written; at once if that is so. */
  readonly stop: (grace?: number) => Promise<Status>;
  /**
   * Resolves when the new run has been ready for `settle` ms or has failed, or no run will follow. Default: the `settle` of its
   * spec, if it has one.
   */
  readonly restart: (settle?: number) => Promise<CommandResult>;
  /** Forgets crashes and restarts. */
  readonly reset: () => void;
  /** Kills what is left of it, here and now. */
  readonly kill: () => void;
  /** Stops it for good, then ends the views. */
  readonly remove: () => Promise<Status>;
}

export interface SupervisedChildContext {
  readonly id: number;
  /** It is not run before it is restarted. */
  readonly idle: boolean;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly onStatus: () => void;
  /** Whether a run is on or may follow has changed. */
  readonly onRunning: (running: boolean) => void;
}

/** Runs a child and owns its subscription: views may come and go. */
export function supervisedChild(plan: Plan, context: SupervisedChildContext): SupervisedChild {
  const { id, idle, effects, scheduler, onEvent, onStatus, onRunning } = context;
  const command$ = new Subject<Command>();
  const event$ = new Subject<SupervisorEvent>();
  const ended$ = new Subject<void>();
  const tracker = statusTracker({ id, ...identityOf(plan) }, { idle, scheduler, onChange: onStatus });
  const { status, status$ } = tracker;
  const commands = childCommands({
    running: () => running,
    status,
    pass: (command) => command$.next(command),
    refuse: emit,
  });
  let running = false;
  let inRun = false;
  let asked: 'stop' | 'restart' | undefined;
  let leaving = false;
  let stops = 0;
  let mark: RunIdentity | undefined;

  // Noted at the spawn, before anybody is told: a manager that exits in that instant still knows whom to kill, and a
  // restart that is asked for in that instant means the run after this one.
  const noting: Effects = {
    ...effects,
    spawn: (launch, reading) => {
      begun(true);
      const process = effects.spawn(launch, reading);
      const { pid, startTime, forks } = process;
      mark = pid === undefined ? undefined : { pgid: pid, startTime, forks, cookie: launch.cookie };
      return process;
    },
  };

  if (!idle) run();

  return {
    child: { id, name: plan.name, event$: event$.asObservable(), status$ },
    status,
    running: () => running,
    stopAsked: () => running && asked === 'stop',
    stop,
    restart: async (settle = plan.settle ?? 0) => {
      const before = stops;
      // Who was stopped while it waited for its turn stays so.
      const turn$ = defer(async () => (stops === before ? restart(settle) : stoppedMeanwhile()));
      return firstValueFrom(effects.queued$(turn$), { defaultValue: status() });
    },
    ...commands,
    reset: () => {
      command$.next({ type: 'reset' });
      tracker.change({ crashes: 0, restarts: 0 });
    },
    kill: () => {
      if (mark !== undefined) signalLiveProcesses(mark, 'SIGKILL', effects);
    },
    remove: async () => {
      leaving = true;
      const last = await stop();
      event$.complete();
      tracker.complete();
      return last;
    },
  };

  async function stop(grace?: number): Promise<Status> {
    stops += 1;
    if (running) {
      asked = 'stop';
      const ended = firstValueFrom(ended$, { defaultValue: undefined });
      command$.next({ type: 'stop', grace });
      await ended;
    }
    return status();
  }

  async function restart(settle: number): Promise<CommandResult> {
    if (leaving) return stop().then(stoppedMeanwhile);
    if (status().crashes > 0) tracker.change({ crashes: 0 });
    const events$ = nextRun$(event$, inRun).pipe(takeUntil(ended$));
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- there is always one outcome
    const outcome = firstValueFrom(events$.pipe(startOutcome(settle, scheduler)));
    if (running) {
      // Between runs, the pipeline may have decided already that none will follow; then a new one is started.
      if (!inRun) asked ??= 'restart';
      command$.next({ type: 'restart' });
    } else {
      run();
    }
    const { refused } = await outcome;
    return refused === undefined ? status() : { ...status(), refused };
  }

  function stoppedMeanwhile(): CommandResult {
    return { ...status(), refused: 'it was stopped meanwhile' };
  }

  function run(): void {
    running = true;
    asked = undefined;
    if (status().state !== 'starting') tracker.change({ state: 'starting' });
    onRunning(running);
    managed$(plan, command$, { effects: noting }).subscribe({
      next: emit,
      error: (error: unknown) => {
        effects.process.emitWarning(`child ${String(id)}: ${thrownText(error)}`, 'RxvisorWarning');
        end();
      },
      complete: end,
    });
  }

  /** A run has begun or ended: either way, a restart asked for between two runs has had its run. */
  function begun(yes: boolean): void {
    inRun = yes;
    if (asked === 'restart') asked = undefined;
  }

  function emit(event: ChildEvent): void {
    const terminal = isTerminal(event);
    if (terminal) mark = undefined;
    if (terminal) commands.runEnded();
    tracker.note(event);
    // After the status, before the event: who restarts it on either has the next run in mind, not the end of this one.
    if (terminal) begun(false);
    const identified = { ...event, id };
    event$.next(identified);
    onEvent(identified);
  }

  function end(): void {
    mark = undefined;
    inRun = false;
    if (asked === 'restart') {
      run();
      return;
    }
    running = false;
    commands.allEnded();
    // Before the status: who runs it again on that waits for the new run, not for this end.
    ended$.next();
    tracker.note(undefined);
    onRunning(running);
  }
}
