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

/** @param reason `'stop'`, `'restart'`, or what the process has failed at: `'liveness'`, `'readyTimeout'`, `'fail'`, `'channel'` */
export type StopHandler = (reason: string) => unknown;

/**
 * Calls `handler` once when this process has to stop: at the manager's stop message, at SIGTERM, or when the manager has
 * gone, whichever comes first. All handlers are called at once and awaited. Then the process exits with 0, or with 1 if a
 * handler has thrown. The manager kills the process when its grace period is over.
 *
 * If the program has its own SIGTERM handlers, they are called too, and the program has to exit itself.
 *
 * @param handler may be async. Its argument is the reason: `'stop'`, `'restart'`, or what the process has failed at
 * (`'liveness'`, `'readyTimeout'`, `'fail'`, `'channel'`). At a signal it is always `'stop'`
 * @returns a function that removes the handler
 * @throws RxvisorError with code `ERR_OPTION` when the handler is not a function
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

/** Adds a handler for the stop of this process. If the process is already stopping, the handler is called at once. */
export function addStopHandler(handler: StopHandler): () => void {
  const { handlers, stopping, reason } = listenForStop();
  handlers.add(handler);
  if (stopping) void runHandlers([() => handler(reason)], onError);
  return () => {
    handlers.delete(handler);
  };
}

interface StopState {
  readonly handlers: Set<StopHandler>;
  stopping: boolean;
  /** Valid when it is stopping. */
  reason: string;
}

/** Interval in ms at which a process without a channel checks whether its manager has gone. */
const ORPHAN_POLL = 20;

/** Property of a supervisor's signal handler: a function that stops the children. */
const SUPERVISOR = Symbol.for('rxvisor.supervisor');

/**
 * Listens for the stop message, SIGTERM and the end of the manager. The state is global: a process stops once, even if it
 * has loaded several copies of this module.
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
  const onStopMessage = (reason: unknown): void => {
    if (!state.stopping && typeof reason === 'string') state.reason = reason;
    void stop(state, onSignal, false);
  };
  process.on('message', (message) => {
    if (isStopMessage(message)) onStopMessage(message.reason);
  });
  onInternalMessage((message) => {
    if ('rxvisor' in message && message.rxvisor === 'stop') {
      onStopMessage('reason' in message ? message.reason : undefined);
    }
  });
  process.on('disconnect', () => {
    // A program may close the channel itself. That is no reason to stop; the end of the manager is.
    const poll = setInterval(() => {
      if (!isOrphaned()) return;
      clearInterval(poll);
      // No manager is left to kill this process after the grace period.
      setTimeout(() => process.exit(1), Number(process.env.RXVISOR_GRACE)).unref();
      void stop(state, onSignal, false);
    }, ORPHAN_POLL).unref();
  });
  // Without this, the channel would keep a program alive that has nothing left to do.
  process.channel?.unref();
  sendToManager({ rxvisor: 'hello' });
  return state;
}

/**
 * Calls the handlers and stops the supervisors of this process, all at once. Then it exits the process, unless the program
 * has its own SIGTERM listeners: they are called, too, if no signal has called them, and the program exits itself.
 */
async function stop(state: StopState, own: NodeJS.SignalsListener, bySignal: boolean): Promise<void> {
  if (state.stopping) return;
  state.stopping = true;
  const listeners = process.listeners('SIGTERM').filter((listener) => listener !== own);
  const supervisors = listeners.flatMap(supervisorOf);
  const others = listeners.filter((listener) => supervisorOf(listener).length === 0);
  // A handler may await something that does not keep the process alive.
  const release = keepAlive();
  const signalListeners = bySignal
    ? []
    : others.map((listener) => () => void Reflect.apply(listener, process, ['SIGTERM', 15]));
  const handlers = [...state.handlers].map((handler) => () => handler(state.reason));
  const isClean = await runHandlers([...signalListeners, ...handlers, ...supervisors], onError);
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
