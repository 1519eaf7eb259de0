import {
  asapScheduler,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  type Observable,
  observeOn,
  scan,
  type SchedulerLike,
  switchMap,
  withLatestFrom,
} from 'rxjs';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import type { Status } from '../model/status.js';
import type { Child } from '../supervisor/supervise.js';
import { channel, type ChannelTarget } from './channel.js';
import { type EndRequest, type MonitorSide, SESSION_CHANNEL, type WorkerSide } from './protocol.js';
import type { SessionEnd } from './sessionBase.js';
import type { Settings } from './settings.js';

export interface WorkerLinkOptions {
  readonly scheduler: SchedulerLike;
  readonly settings: () => Settings;
  readonly onNotice: (text: string) => void;
  readonly onEnd: (request: EndRequest) => void;
}

/** The calls between a session and its worker, beside those of the application. */
export interface WorkerLink {
  readonly setting: (name: string, value: number) => void;
  readonly ending: () => void;
  readonly destroy: () => void;
}

export function workerLink(target: ChannelTarget, options: WorkerLinkOptions): WorkerLink {
  const { scheduler, settings, onNotice, onEnd } = options;
  const link = channel<WorkerSide, MonitorSide>(target, { name: SESSION_CHANNEL, scheduler });
  const timeout = 5_000;
  let isReady = false;
  const runEnds = target.event$.subscribe({
    next: (event) => {
      if (isTerminal(event)) isReady = false;
    },
    error: () => undefined,
  });
  link.handle('hello', () => {
    isReady = true;
    return settings();
  });
  link.handle('notice', onNotice);
  link.handle('endSession', onEnd);
  // A program without `worker()` gets no message. A worker that ends meanwhile finds the setting in its next environment.
  const ignoreFailure = (): void => undefined;

  return {
    setting: (name, value) => {
      if (isReady) link.call('setting', { name, value }, { timeout }).catch(ignoreFailure);
    },
    ending: () => {
      if (isReady) link.call('ending', undefined, { timeout }).catch(ignoreFailure);
    },
    destroy: () => {
      runEnds.unsubscribe();
      link.destroy();
    },
  };
}

/** Emits when the worker will not run again. After a `stop` or `restart` command it may run again. */
export function workerEnd$({ event$, status$ }: Pick<Child, 'event$' | 'status$'>): Observable<SessionEnd> {
  return event$.pipe(
    scan(updateSeen, { asked: false, over: false }),
    map(({ asked, over }) => over && !asked),
    distinctUntilChanged(),
    // Then its log is complete.
    switchMap((ended) => (ended ? status$ : EMPTY)),
    filter(({ state }) => ENDS[state] !== undefined),
    // Later: a subscriber may start it again at once.
    observeOn(asapScheduler),
    withLatestFrom(status$),
    map(([, { state }]) => ENDS[state]),
    filter((end) => end !== undefined),
  );
}

interface SeenWorker {
  /** The run was asked to stop or to restart. */
  readonly asked: boolean;
  readonly over: boolean;
}

function updateSeen({ asked, over: before }: SeenWorker, event: ChildEvent): SeenWorker {
  if (event.type === 'spawned') return { asked: false, over: false };
  const over = before || isTerminal(event) || event.type === 'gaveUp';
  return {
    asked: asked || (event.type === 'stopping' && (event.reason === 'stop' || event.reason === 'restart')),
    over,
  };
}

const ENDS: Readonly<Partial<Record<Status['state'], SessionEnd>>> = {
  failed: { reason: 'the worker was given up', exitCode: 1 },
  stopped: { reason: 'the worker has ended', exitCode: 0 },
};
