import {
  concat,
  connect,
  filter,
  finalize,
  forkJoin,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  share,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { type ChildEvent, type EventOrigin, type Exited, isTerminal, type Output } from '../model/childEvent.js';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import { rawOutput } from '../model/rawOutput.js';
import type { Act, ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';
import type { Plan } from '../model/spec/plan.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { closeHandle, isChildNotice } from './messageSender.js';
import { readiness } from './readiness.js';
import { groupEmpty$, runControl, silentPipe$ } from './runControl.js';
import { spawnFailed } from './spawnProcess.js';

/** The settings and the surroundings of one run. */
export interface RunContext {
  readonly plan: Plan;
  readonly origin: EventOrigin;
  /** In the environment of all processes of the run. */
  readonly cookie: string | undefined;
  readonly act$: Observable<Act>;
  readonly effects: Pick<Effects, 'kill' | 'liveProcesses' | 'daemons' | 'check$' | 'exit'>;
  readonly flow: ByteCredit;
  readonly scheduler: SchedulerLike;
}

/** A program that becomes a daemon exits its first process within this time after the start, in ms. */
const DAEMONIZING = 60_000;

/** The events of one run. The last one is `exited` or `spawnFailed`. The result must be subscribed to at once. */
export function run$(process: SpawnedProcess, context: RunContext): Observable<ChildEvent> {
  const { plan, origin, cookie, act$, effects, flow, scheduler } = context;
  const { pid, startTime, forks, outputs } = process;
  if (pid === undefined) {
    return process.processEvent$.pipe(
      filter(isA('error')),
      take(1),
      map(({ error }) => spawnFailed(error, origin)),
    );
  }
  const removeExitWork = effects.exit.add('read', process.drainOutput);
  const identity = { pgid: pid, startTime, forks, cookie, outputs };
  const control = runControl(process, identity, plan.stopSignal, effects);
  let startedAt = 0;
  let failed = false;
  let over = false;
  let ended = false;

  // A daemon exits its first process soon. Later, a process without an environment is more likely an unrelated one.
  const daemons = (uptime: number): readonly number[] =>
    cookie === undefined
      ? []
      : effects.daemons(identity, { byEnvironment: !control.stopRequested() && uptime <= DAEMONIZING });

  return process.processEvent$.pipe(
    connect((processEvent$) => {
      const spawn$ = processEvent$.pipe(filter(isA('spawn')), take(1));
      const exit$ = processEvent$.pipe(filter(isA('exit')), take(1));
      const drained$ = processEvent$.pipe(filter(isA('drained')), take(1));
      const { ready$, timedOut$, patternFailed$, unhealthy$ } = readiness(processEvent$, {
        plan,
        stopRequested: control.stopRequested,
        effects,
        scheduler,
      });
      const end$ = exit$.pipe(
        map(onExit),
        switchMap((exited) =>
          concat(
            groupEmpty$(control, () => daemons(exited.uptime), origin, scheduler),
            of(exited),
          ),
        ),
        share(),
      );
      // In this order: one process event may yield several events, and they come as spawned, output, ready.
      return merge(
        spawn$.pipe(map(() => onSpawn(pid))),
        processEvent$.pipe(mergeMap(onProcessEvent)),
        ready$.pipe(map((): ChildEvent => ({ type: 'ready', ...origin }))),
        patternFailed$.pipe(map(onPatternFailed)),
        timedOut$.pipe(map(() => onFailed('readyTimeout'))),
        unhealthy$.pipe(map(() => onFailed('liveness'))),
        processEvent$.pipe(filter(isA('channelFailed')), mergeMap(onChannelFailed)),
        act$.pipe(mergeMap(onAct)),
        end$.pipe(filter((event) => !isTerminal(event))),
        end$.pipe(
          filter(isTerminal),
          switchMap(() => silentPipe$(processEvent$, flow.full$, plan.logGrace, scheduler)),
          takeUntil(drained$),
          // The log may hang, and reading may be paused: read the rest in any case.
          tap(process.drainOutput),
          tap(process.closeOutput),
          ignoreElements(),
        ),
        forkJoin([end$.pipe(filter(isTerminal)), drained$]).pipe(map(([exited]) => exited)),
      );
    }),
    takeWhile((event) => !isTerminal(event), true),
    tap((event) => {
      over = isTerminal(event);
    }),
    finalize(() => {
      removeExitWork();
      if (!over) control.perform({ type: 'kill' });
      process.closeOutput();
      process.release();
    }),
  );

  function onSpawn(pid: number): ChildEvent {
    startedAt = scheduler.now();
    return { type: 'spawned', pid, ...origin };
  }

  function onProcessEvent(event: ProcessEvent): ChildEvent[] {
    if (event.type === 'unguarded') return [{ type: 'guardianFailed', ...describeError(event.error), ...origin }];
    if (event.type === 'bytes') return [rawOutput(event.chunks, { ...outputOf(event), ...origin })];
    if (event.type === 'output') {
      const { text, chunks } = event;
      const output = { ...outputOf(event), ...origin };
      return [chunks === undefined ? { ...output, text } : rawOutput(chunks, output, text)];
    }
    if (event.type !== 'message') return [];
    // `message` events have no handles.
    closeHandle(event.handle);
    if (isChildNotice(event.message)) {
      control.onNotice(event.message.rxvisor);
      return [];
    }
    return [{ type: 'message', message: event.message, ...origin }];
  }

  function onFailed(reason: 'readyTimeout' | 'liveness' | 'fail'): ChildEvent {
    failed = true;
    return { type: 'stopping', reason, ...origin };
  }

  function onPatternFailed(error: unknown): ChildEvent {
    return { type: 'triggerFailed', trigger: 'ready', ...describeError(error), ...origin };
  }

  function onChannelFailed({ message }: Extract<ProcessEvent, { type: 'channelFailed' }>): ChildEvent[] {
    if (control.stopRequested() || ended) return [];
    failed = true;
    return [{ type: 'stopping', reason: 'channel', message, ...origin }];
  }

  function onAct(act: Act): ChildEvent[] {
    if (act.type === 'fail') return control.stopRequested() ? [] : [onFailed(act.reason ?? 'fail')];
    const reason = control.perform(act);
    return reason === undefined || act.type === 'ask' || act.type === 'kill'
      ? []
      : [{ type: 'refused', command: act.type, reason, ...origin }];
  }

  function onExit({ code, signal }: Extract<ProcessEvent, { type: 'exit' }>): Exited {
    const uptime = Math.max(0, scheduler.now() - startedAt);
    const expected = control.stopRequested() && !failed;
    ended = true;
    control.onLeaderExit();
    return { type: 'exited', code, signal, uptime, expected, ...origin };
  }
}

function outputOf({
  stream,
  cut,
}: Pick<Output, 'stream'> & { readonly cut: number }): Omit<Output, 'text' | 'attempt'> {
  return cut === 0 ? { type: 'output', stream } : { type: 'output', stream, cut };
}

function isA<T extends ProcessEvent['type']>(type: T) {
  return (event: ProcessEvent): event is Extract<ProcessEvent, { type: T }> => event.type === type;
}
