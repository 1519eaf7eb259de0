import { defer, firstValueFrom, of, type SchedulerLike, Subject, takeUntil } from 'rxjs';
import { managed$ } from '../managed.js';
import { type ChildEvent, isTerminal, originOf } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import type { Effects } from '../model/effects.js';
import { thrownText } from '../model/errors.js';
import type { RunIdentity } from '../model/spawnedProcess.js';
import type { Plan } from '../model/spec/plan.js';
import { type CommandResult, identityOf, type Status } from '../model/status.js';
import { startOutcome } from '../operators/startOutcome.js';
import { stopAllAtEnd } from '../operators/stopAllAtEnd.js';
import { signalLiveProcesses } from '../process/liveProcesses.js';
import { type ChildCommands, childCommands } from './childCommands.js';
import type { Child, ChildHandle, SupervisorEvent } from './child.js';
import { nextRun$, statusTracker } from './statusTracker.js';

/** A child as its supervisor sees it. */
export interface SupervisedChild extends ChildCommands, Pick<ChildHandle, 'start' | 'waitFor' | 'giveUp'> {
  readonly child: Omit<Child, keyof ChildHandle>;
  readonly status: () => Status;
  /** Whether a run is in progress or may follow, or the log of the last run is being written. */
  readonly running: () => boolean;
  /** Whether the child is being stopped, with no restart to follow, or its last run has ended so. */
  readonly stopRequested: () => boolean;
  readonly removing: () => boolean;
  /** Resolves when no run will follow, no process is left and the log is written. With `all`, a failed child stays failed. */
  readonly stop: (grace?: number, all?: boolean) => Promise<Status>;
  /**
   * Resolves when the new run has been ready for `settle` ms, when it has failed, or when no run will follow. Default: the
   * `settle` of its spec, or 0.
   */
  readonly restart: (settle?: number) => Promise<CommandResult>;
  /** Sets the numbers of crashes and restarts to 0. */
  readonly reset: () => void;
  /** Kills all live processes of the run, synchronously. No run follows. */
  readonly kill: () => void;
  /** Stops the child, then completes `event$` and `status$`. */
  readonly remove: () => Promise<Status>;
}

export interface SupervisedChildContext {
  readonly id: number;
  /** The state of a child that is not started at once. */
  readonly idle: 'stopped' | 'waiting' | undefined;
  /** Whether another child with this id runs: one that replaces this one, or is replaced by it. */
  readonly hasReplacement: () => boolean;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly onStatus: () => void;
  /** Called when the child begins or ends to be running. */
  readonly onRunning: (running: boolean) => void;
}

/** Runs a child and owns its subscription, so that subscribers of its views may come and go. */
export function supervisedChild(plan: Plan, context: SupervisedChildContext): SupervisedChild {
  const { id, idle, hasReplacement, effects, scheduler, onEvent, onStatus, onRunning } = context;
  const command$ = new Subject<Command>();
  const event$ = new Subject<SupervisorEvent>();
  const ended$ = new Subject<void>();
  const tracker = statusTracker({ id, ...identityOf(plan) }, { idle, scheduler, onChange: onStatus });
  const { status, status$ } = tracker;
  const commands = childCommands({
    running: () => running,
    status,
    forward: (command) => command$.next(command),
    refuse: emit,
  });
  const withStopAll$ = stopAllAtEnd(plan.atEnd, () => requested === undefined && !hasReplacement());
  const isIdle = (): boolean => !running && !removing;
  const stoppedMeanwhile = (): CommandResult => ({ ...status(), refused: 'it was stopped meanwhile' });
  let running = false;
  let inRun = false;
  let failedByDependency = false;
  let requested: 'stop' | 'restart' | undefined;
  let removing = false;
  let stopCount = 0;
  let identity: RunIdentity | undefined;

  // The state changes at the spawn, before any event. A manager that exits at that moment still kills the child, and a restart
  // requested at that moment means the run after this one.
  const trackingEffects: Effects = {
    ...effects,
    spawn: (launch, reading) => {
      setInRun(true);
      const process = effects.spawn(launch, reading);
      const { pid, startTime, forks } = process;
      identity = pid === undefined ? undefined : { pgid: pid, startTime, forks, cookie: launch.cookie };
      return process;
    },
  };

  if (idle === undefined) run();

  return {
    child: { id, name: plan.name, event$: event$.asObservable(), status$ },
    status,
    running: () => running,
    stopRequested: () => requested === 'stop',
    removing: () => removing,
    stop,
    restart: async (settle = plan.settle ?? 0) => {
      const before = stopCount;
      // A child stopped while queued is not restarted.
      const restart$ = defer(async () => (stopCount === before ? restart(settle) : stoppedMeanwhile()));
      return firstValueFrom(effects.queued$(restart$), { defaultValue: status() });
    },
    ...commands,
    start: () => {
      if (isIdle()) run();
    },
    waitFor: (services) => {
      if (services === undefined ? status().state !== 'waiting' : !isIdle()) return;
      tracker.change(services === undefined ? { state: 'stopped' } : { state: 'waiting', waitsFor: services });
    },
    giveUp: (dependencies) => {
      failedByDependency = isIdle();
      if (!failedByDependency) return;
      const gaveUp$ = of<ChildEvent>({ type: 'gaveUp', reason: 'dependency', dependencies, ...originOf(status()) });
      withStopAll$(gaveUp$).subscribe({ next: emit, error: end, complete: end });
    },
    reset: () => {
      command$.next({ type: 'reset' });
      tracker.change({ crashes: 0, restarts: 0 });
    },
    kill: () => {
      void stop(0, true);
      if (identity !== undefined) signalLiveProcesses(identity, 'SIGKILL', effects);
    },
    remove: async () => {
      removing = true;
      const last = await stop();
      event$.complete();
      tracker.complete();
      return last;
    },
  };

  async function stop(grace?: number, all = false): Promise<Status> {
    stopCount += 1;
    if (running) {
      requested = 'stop';
      const ended = firstValueFrom(ended$, { defaultValue: undefined });
      command$.next({ type: 'stop', grace });
      await ended;
    } else if (status().state === 'waiting' || (failedByDependency && !all)) {
      failedByDependency = false;
      tracker.change({ state: 'stopped' });
    }
    return status();
  }

  async function restart(settle: number): Promise<CommandResult> {
    if (removing) return stop().then(stoppedMeanwhile);
    const { state, waitsFor = [] } = status();
    if (state === 'waiting') return { ...status(), refused: `it waits for ${waitsFor.join(', ')}` };
    if (status().crashes > 0) tracker.change({ crashes: 0 });
    const events$ = nextRun$(event$, inRun).pipe(takeUntil(ended$));
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- there is always one outcome
    const outcome = firstValueFrom(events$.pipe(startOutcome(settle, scheduler)));
    if (running) {
      // Between runs, the pipeline may already have decided to end. `end` then starts a new one.
      if (!inRun) requested ??= 'restart';
      command$.next({ type: 'restart' });
    } else {
      run();
    }
    const { refused } = await outcome;
    return refused === undefined ? status() : { ...status(), refused };
  }

  function run(): void {
    running = true;
    failedByDependency = false;
    requested = undefined;
    if (status().state !== 'starting') tracker.change({ state: 'starting' });
    onRunning(running);
    withStopAll$(managed$(plan, command$, { effects: trackingEffects })).subscribe({
      next: emit,
      error: (error: unknown) => {
        effects.process.emitWarning(`child ${String(id)}: ${thrownText(error)}`, 'RxvisorWarning');
        end();
      },
      complete: end,
    });
  }

  /** At the start and at the end of a run, a restart requested between two runs is done. */
  function setInRun(value: boolean): void {
    inRun = value;
    if (requested === 'restart') requested = undefined;
  }

  function emit(event: ChildEvent): void {
    const terminal = isTerminal(event);
    if (terminal) identity = undefined;
    if (terminal) commands.runEnded();
    tracker.reduce(event);
    // After the status and before the event: a restart requested by a subscriber of either means the next run.
    if (terminal) setInRun(false);
    const identified = { ...event, id };
    event$.next(identified);
    onEvent(identified);
  }

  function end(): void {
    identity = undefined;
    inRun = false;
    if (requested === 'restart') {
      run();
      return;
    }
    running = false;
    commands.allEnded();
    // Before the status: a subscriber of the status that restarts the child must wait for the new run, not for this end.
    ended$.next();
    tracker.reduce(undefined);
    onRunning(running);
  }
}
