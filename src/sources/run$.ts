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
import type { Effects } from '../effects.js';
import type { Act } from '../model/act.js';
import type { ChildEvent, EventOrigin, Exited, Output } from '../model/childEvent.js';
import { describeError } from '../model/describeError.js';
import { isTerminal } from '../model/isTerminal.js';
import { rawOutput } from '../model/rawOutput.js';
import type { Plan } from '../model/plan.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { closeHandle } from './closeHandle.js';
import { leftover$ } from './leftover$.js';
import { isNotice } from './notice.js';
import { outwaited$ } from './outwaited$.js';
import { reinsOf } from './reinsOf.js';
import { spawnFailed } from './spawnFailed.js';
import type { Happening, SpawnedProcess } from './spawnProcess.js';
import { vitals } from './vitals.js';

export interface RunContext {
  readonly plan: Plan;
  readonly origin: EventOrigin;
  /** In the environment of all that the run starts. */
  readonly cookie: string | undefined;
  readonly act$: Observable<Act>;
  readonly effects: Pick<Effects, 'kill' | 'remains' | 'daemons' | 'check$' | 'exit'>;
  readonly flow: ByteCredit;
  readonly scheduler: SchedulerLike;
}

/** How many ms after its start a program may end its first process to run on as a daemon. */
const DAEMONIZING = 60_000;

/** The events of a started process, up to and with the terminal one. */
export function run$(process: SpawnedProcess, context: RunContext): Observable<ChildEvent> {
  const { pid, happening$ } = process;
  return pid === undefined
    ? happening$.pipe(
        filter(isA('error')),
        take(1),
        map(({ error }) => spawnFailed(error, context.origin)),
      )
    : defer(() => life$(process, pid, context));
}

function life$(process: SpawnedProcess, pid: number, context: RunContext): Observable<ChildEvent> {
  const { plan, origin, cookie, act$, effects, flow, scheduler } = context;
  const { startTime, forks, outputs } = process;
  const takeBack = effects.exit.add('read', process.drainOutput);
  const mark = { pgid: pid, startTime, forks, cookie, outputs };
  const reins = reinsOf(process, mark, plan.stopSignal, effects);
  let startedAt = 0;
  let failed = false;
  let over = false;
  let ended = false;

  // A daemon forks and ends its first process soon. Later, strangers that look like one are more likely.
  const daemons = (uptime: number): readonly number[] =>
    cookie === undefined ? [] : effects.daemons(mark, { byEnvironment: !reins.asked() && uptime <= DAEMONIZING });

  return process.happening$.pipe(
    connect((happening$) => {
      const spawn$ = happening$.pipe(filter(isA('spawn')), take(1));
      const exit$ = happening$.pipe(filter(isA('exit')), take(1));
      const drained$ = happening$.pipe(filter(isA('drained')), take(1));
      const { ready$, unreadable$, late$, dead$ } = vitals(happening$, {
        plan,
        asked: reins.asked,
        effects,
        scheduler,
      });
      const end$ = exit$.pipe(
        map(onExit),
        switchMap((exited) =>
          concat(
            leftover$(reins, () => daemons(exited.uptime), origin, scheduler),
            of(exited),
          ),
        ),
        share(),
      );
      // In this order: what one happening means to several of these is told as spawned, output, ready.
      return merge(
        spawn$.pipe(map(onSpawn)),
        happening$.pipe(mergeMap(onTold)),
        ready$.pipe(map((): ChildEvent => ({ type: 'ready', ...origin }))),
        unreadable$.pipe(map(onUnreadable)),
        late$.pipe(map(() => onFailed('readyTimeout'))),
        dead$.pipe(map(() => onFailed('liveness'))),
        happening$.pipe(filter(isA('channelFailed')), mergeMap(onChannelFailed)),
        act$.pipe(mergeMap(onAct)),
        end$.pipe(filter((event) => !isTerminal(event))),
        end$.pipe(
          filter(isTerminal),
          switchMap(() => outwaited$(happening$, flow.full$, plan.logGrace, scheduler)),
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
      if (!over) reins.perform({ type: 'kill' });
      process.closeOutput();
      process.release();
    }),
  );

  function onSpawn(): ChildEvent {
    startedAt = scheduler.now();
    return { type: 'spawned', pid, ...origin };
  }

  function onTold(happening: Happening): ChildEvent[] {
    if (happening.type === 'unguarded')
      return [{ type: 'guardianFailed', ...describeError(happening.error), ...origin }];
    if (happening.type === 'bytes') return [rawOutput(happening.chunks, { ...outputOf(happening), ...origin })];
    if (happening.type === 'output') {
      const { text, chunks } = happening;
      const about = { ...outputOf(happening), ...origin };
      return [chunks === undefined ? { ...about, text } : rawOutput(chunks, about, text)];
    }
    if (happening.type !== 'message') return [];
    // Nobody has asked for it.
    closeHandle(happening.handle);
    if (isNotice(happening.message)) {
      reins.heard(happening.message.rxvisor);
      return [];
    }
    return [{ type: 'message', message: happening.message, ...origin }];
  }

  function onFailed(reason: 'readyTimeout' | 'liveness' | 'fail'): ChildEvent {
    failed = true;
    return { type: 'stopping', reason, ...origin };
  }

  function onUnreadable(error: unknown): ChildEvent {
    return { type: 'triggerFailed', trigger: 'ready', ...describeError(error), ...origin };
  }

  function onChannelFailed({ message }: Extract<Happening, { type: 'channelFailed' }>): ChildEvent[] {
    if (reins.asked() || ended) return [];
    failed = true;
    return [{ type: 'stopping', reason: 'channel', message, ...origin }];
  }

  function onAct(act: Act): ChildEvent[] {
    if (act.type === 'fail') return reins.asked() ? [] : [onFailed(act.reason ?? 'fail')];
    const reason = reins.perform(act);
    return reason === undefined || act.type === 'ask' || act.type === 'kill'
      ? []
      : [{ type: 'refused', command: act.type, reason, ...origin }];
  }

  function onExit({ code, signal }: Extract<Happening, { type: 'exit' }>): Exited {
    const uptime = Math.max(0, scheduler.now() - startedAt);
    const expected = reins.asked() && !failed;
    ended = true;
    reins.leaderGone();
    return { type: 'exited', code, signal, uptime, expected, ...origin };
  }
}

function outputOf({
  stream,
  cut,
}: Pick<Output, 'stream'> & { readonly cut: number }): Omit<Output, 'text' | 'attempt'> {
  return cut === 0 ? { type: 'output', stream } : { type: 'output', stream, cut };
}

function isA<T extends Happening['type']>(type: T) {
  return (happening: Happening): happening is Extract<Happening, { type: T }> => happening.type === type;
}
