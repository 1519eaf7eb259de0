import {
  checkHandler,
  isManaged,
  isOrphaned,
  isStopMessage,
  keepAlive,
  onInternalMessage,
  sendToManager,
} from './manager.js';
import { printError, runHandlers } from './runHandlers.js';

/**
 * Calls `handler` when this process is asked to stop: by its manager's message, by SIGTERM, or because the manager is
 * gone; once, whichever comes first. Handlers run side by side and are awaited; then the process exits with 0, or with
 * 1 if one of them threw. The manager kills it when its grace (200 ms by default) runs out.
 *
 * If the program has SIGTERM handlers of its own, those are called too, and the exit is left to them.
 *
 * @param handler may be async; is told why: `'stop'`, `'restart'`, or what the process has failed at (`'liveness'`,
 * `'readyTimeout'`, `'fail'`, `'channel'`). A signal says no more than `'stop'`
 * @returns a function that takes the handler back
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { onStopping } from 'rxvisor/child';
 *
 * const server = createServer((request, response) => response.end('hello')).listen(8080);
 * onStopping(() => new Promise((done) => server.close(done)));
 * ```
 */
export function onStopping(handler: StopHandler): () => void {
  checkHandler(handler);
  return addStopHandler(handler);
}

interface StopState {
  readonly handlers: Set<StopHandler>;
  stopping: boolean;
  /** Why, once it is stopping. */
  reason: string;
}

/** @param reason `'stop'`, `'restart'`, or what the process has failed at: `'liveness'`, `'readyTimeout'`, `'fail'`, `'channel'` */
export type StopHandler = (reason: string) => unknown;

/** How often a process that has lost its channel looks whether it has lost its manager, in ms. */
const ORPHAN_POLL = 20;

/** On the signal handlers of supervisors: a function that stops their children. */
const SUPERVISOR = Symbol.for('rxvisor.supervisor');

/** Adds a handler for the stop of this process. One that comes while it is stopping is called at once. */
export function addStopHandler(handler: StopHandler): () => void {
  const { handlers, stopping, reason } = listenForStop();
  handlers.add(handler);
  if (stopping) void runHandlers([() => handler(reason)], onError);
  return () => {
    handlers.delete(handler);
  };
}

/**
 * Listens for the ways in which this process is asked to stop. A process has one life, whatever the number of copies of
 * this module in it: its state is global.
 */
export function listenForStop(): StopState {
  const key = Symbol.for('rxvisor.child');
  const known: unknown = Reflect.get(globalThis, key);
  if (isStopState(known)) return known;
  const state: StopState = { handlers: new Set(), stopping: false, reason: 'stop' };
  Reflect.set(globalThis, key, state);

  const onSignal = (): void => void stop(state, onSignal, true);
  Reflect.set(onSignal, key, true);
  process.on('SIGTERM', onSignal);
  if (!isManaged) return state;
  const onAsked = (reason: unknown): void => {
    if (!state.stopping && typeof reason === 'string') state.reason = reason;
    void stop(state, onSignal, false);
  };
  process.on('message', (message) => {
    if (isStopMessage(message)) onAsked(message.reason);
  });
  onInternalMessage((message) => {
    if ('rxvisor' in message && message.rxvisor === 'stop') onAsked('reason' in message ? message.reason : undefined);
  });
  process.on('disconnect', () => {
    // A program may close the channel itself, which is no reason to end: only the manager's end is.
    const look = setInterval(() => {
      if (!isOrphaned()) return;
      clearInterval(look);
      // Nobody is there to kill this process when the grace is over, so it sees to that itself.
      setTimeout(() => process.exit(1), Number(process.env.RXVISOR_GRACE)).unref();
      void stop(state, onSignal, false);
    }, ORPHAN_POLL).unref();
  });
  // Listening must not keep a program alive that has nothing left to do.
  process.channel?.unref();
  sendToManager({ rxvisor: 'hello' });
  return state;
}

/**
 * Runs the handlers, and stops what supervisors of this process's own there are, side by side; then exits. If the
 * program handles SIGTERM itself, it is told of the stop, however that came, and the exit is left to it.
 */
async function stop(state: StopState, own: NodeJS.SignalsListener, bySignal: boolean): Promise<void> {
  if (state.stopping) return;
  state.stopping = true;
  const listeners = process.listeners('SIGTERM').filter((listener) => listener !== own);
  const supervisors = listeners.flatMap(supervisorOf);
  const others = listeners.filter((listener) => supervisorOf(listener).length === 0);
  // A handler that waits for something unreferenced must not find the process gone.
  const release = keepAlive();
  const isHandledByProgram = bySignal
    ? []
    : others.map((listener) => () => void Reflect.apply(listener, process, ['SIGTERM', 15]));
  const handlers = [...state.handlers].map((handler) => () => handler(state.reason));
  const isClean = await runHandlers([...isHandledByProgram, ...handlers, ...supervisors], onError);
  if (others.length === 0) process.exit(isClean ? 0 : 1);
  release();
}

const onError = printError('onStopping handler');

function supervisorOf(listener: object): (() => unknown)[] {
  const stopAll: unknown = Reflect.get(listener, SUPERVISOR);
  return isFunction(stopAll) ? [stopAll] : [];
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

function isStopState(value: unknown): value is StopState {
  return typeof value === 'object' && value !== null && 'handlers' in value && value.handlers instanceof Set;
}
