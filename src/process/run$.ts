import {
  concat,
  connect,
  defer,
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

export interface RunContext {
  readonly plan: Plan;
  readonly origin: EventOrigin;
  /** In the environment of all that the run starts. */
  readonly cookie: string | undefined;
  readonly act$: Observable<Act>;
  readonly effects: Pick<Effects, 'kill' | 'liveProcesses' | 'daemons' | 'check$' | 'exit'>;
  readonly flow: ByteCredit;
  readonly scheduler: SchedulerLike;
}

/** How many ms after its start a program may end its first process to run on as a daemon. */
const DAEMONIZING = 60_000;

/** The events of a started process, up to and with the terminal one. */
export function run$(process: SpawnedProcess, context: RunContext): Observable<ChildEvent> {
  const { pid, processEvent$ } = process;
  return pid === undefined
    ? processEvent$.pipe(
        filter(isA('error')),
        take(1),
        map(({ error }) => spawnFailed(error, context.origin)),
      )
    : defer(() => startedRun$(process, pid, context));
}

function startedRun$(process: SpawnedProcess, pid: number, context: RunContext): Observable<ChildEvent> {
  const { plan, origin, cookie, act$, effects, flow, scheduler } = context;
  const { startTime, forks, outputs } = process;
  const takeBack = effects.exit.add('read', process.drainOutput);
  const mark = { pgid: pid, startTime, forks, cookie, outputs };
  const control = runControl(process, mark, plan.stopSignal, effects);
  let startedAt = 0;
  let failed = false;
  let over = false;
  let ended = false;

  // A daemon forks and ends its first process soon. Later, strangers that look like one are more likely.
  const daemons = (uptime: number): readonly number[] =>
    cookie === undefined ? [] : effects.daemons(mark, { byEnvironment: !control.asked() && uptime <= DAEMONIZING });

  return process.processEvent$.pipe(
    connect((processEvent$) => {
      const spawn$ = processEvent$.pipe(filter(isA('spawn')), take(1));
      const exit$ = processEvent$.pipe(filter(isA('exit')), take(1));
      const drained$ = processEvent$.pipe(filter(isA('drained')), take(1));
      const { ready$, unreadable$, late$, dead$ } = readiness(processEvent$, {
        plan,
        asked: control.asked,
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
      // In this order: what one happening means to several of these is told as spawned, output, ready.
      return merge(
        spawn$.pipe(map(onSpawn)),
        processEvent$.pipe(mergeMap(onProcessEvent)),
        ready$.pipe(map((): ChildEvent => ({ type: 'ready', ...origin }))),
        unreadable$.pipe(map(onUnreadable)),
        late$.pipe(map(() => onFailed('readyTimeout'))),
        dead$.pipe(map(() => onFailed('liveness'))),
        processEvent$.pipe(filter(isA('channelFailed')), mergeMap(onChannelFailed)),
        act$.pipe(mergeMap(onAct)),
        end$.pipe(filter((event) => !isTerminal(event))),
        end$.pipe(
          filter(isTerminal),
          switchMap(() => silentPipe$(processEvent$, flow.full$, plan.logGrace, scheduler)),
          takeUntil(drained$),
          // The log may hang while it is not read.
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
      takeBack();
      if (!over) control.perform({ type: 'kill' });
      process.closeOutput();
      process.release();
    }),
  );

  function onSpawn(): ChildEvent {
    startedAt = scheduler.now();
    return { type: 'spawned', pid, ...origin };
  }

  function onProcessEvent(event: ProcessEvent): ChildEvent[] {
    if (event.type === 'unguarded') return [{ type: 'guardianFailed', ...describeError(event.error), ...origin }];
    if (event.type === 'bytes') return [rawOutput(event.chunks, { ...outputOf(event), ...origin })];
    if (event.type === 'output') {
      const { text, chunks } = event;
      const about = { ...outputOf(event), ...origin };
      return [chunks === undefined ? { ...about, text } : rawOutput(chunks, about, text)];
    }
    if (event.type !== 'message') return [];
    // Nobody has asked for it.
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

  function onUnreadable(error: unknown): ChildEvent {
    return { type: 'triggerFailed', trigger: 'ready', ...describeError(error), ...origin };
  }

  function onChannelFailed({ message }: Extract<ProcessEvent, { type: 'channelFailed' }>): ChildEvent[] {
    if (control.asked() || ended) return [];
    failed = true;
    return [{ type: 'stopping', reason: 'channel', message, ...origin }];
  }

  function onAct(act: Act): ChildEvent[] {
    if (act.type === 'fail') return control.asked() ? [] : [onFailed(act.reason ?? 'fail')];
    const reason = control.perform(act);
    return reason === undefined || act.type === 'ask' || act.type === 'kill'
      ? []
      : [{ type: 'refused', command: act.type, reason, ...origin }];
  }

  function onExit({ code, signal }: Extract<ProcessEvent, { type: 'exit' }>): Exited {
    const uptime = Math.max(0, scheduler.now() - startedAt);
    const expected = control.asked() && !failed;
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
