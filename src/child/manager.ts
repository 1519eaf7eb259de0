import { RxvisorError } from '../model/errors.js';

/** Asks a child to stop that does not import `rxvisor/child`. */
export interface StopMessage {
  readonly stopping: true;
  /** `'stop'`, `'restart'`, or what the process has failed at. */
  readonly reason?: string;
}

/** Whether an rxvisor manager started this process. Other programs can fork a process with an IPC channel, too. */
export const isManaged: boolean = process.connected && !isOrphaned();

/** Whether the manager has gone. The system gives an orphan another parent. */
export function isOrphaned(): boolean {
  return process.env.RXVISOR_MANAGER_PID !== String(process.ppid);
}

export function isStopMessage(message: unknown): message is StopMessage {
  return typeof message === 'object' && message !== null && 'stopping' in message && message.stopping === true;
}

/** Whether a message is for the application. Stop messages and messages of `rxvisor/session/worker` are not. */
export function isApplicationMessage(message: unknown): boolean {
  const isRpc = typeof message === 'object' && message !== null && 'rxvisor' in message && message.rxvisor === 'ipc';
  return !isRpc && !isStopMessage(message);
}

/**
 * Sends a message to the manager.
 *
 * @param onSent called when the message is written, or with the reason why it is lost. The default does nothing: without a
 * callback, a channel that closes too early is an uncaught exception
 * @returns false when there is no manager, or it has closed the channel; `onSent` is not called then
 * @throws when the message cannot be encoded
 */
export function sendToManager(message: unknown, onSent: (error: Error | null) => void = () => undefined): boolean {
  if (!isManaged || !process.connected || process.send === undefined) return false;
  process.send(message, undefined, undefined, onSent);
  return true;
}

/** The maximum size of an IPC message to the manager, in bytes: 64 MiB. The manager ends a child that sends a larger one. */
export const MAX_MESSAGE = 67_108_864;

/**
 * Node emits a message whose `cmd` begins with `NODE_` as `internalMessage`, not as `message`: the application does not see
 * it. https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
 */
const INTERNAL = 'NODE_RXVISOR';

/** Wraps a message so that the application in the child does not see it. */
export function toInternalMessage(message: object): object {
  return { ...message, cmd: INTERNAL };
}

let isAnnounced = false;

/**
 * Calls `listener` with internal messages. Reports to the manager that this process listens for them. It does not keep this
 * process alive.
 *
 * @returns a function that stops listening
 */
export function onInternalMessage(listener: (message: object, handle: unknown) => void): () => void {
  const onMessage = (message: unknown, handle: unknown): void => {
    const isOurs = typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === INTERNAL;
    if (isOurs) listener(message, handle);
  };
  process.on('internalMessage', onMessage);
  if (!isAnnounced) sendToManager({ rxvisor: 'internal' });
  isAnnounced = true;
  return () => {
    process.off('internalMessage', onMessage);
  };
}

let holders = 0;

/**
 * Keeps the channel referenced, and with it this process alive, for code that waits for messages.
 *
 * @returns a function that releases it; the last release unreferences the channel
 */
export function holdChannel(): () => void {
  holders += 1;
  process.channel?.ref();
  let holding = true;
  return () => {
    if (!holding) return;
    holding = false;
    holders -= 1;
    if (holders === 0) process.channel?.unref();
  };
}

/**
 * Keeps this process alive without the channel, which is unreferenced.
 *
 * @returns a function that ends this
 */
export function keepAlive(): () => void {
  const timer = setInterval(() => undefined, 2 ** 30);
  return () => {
    clearInterval(timer);
  };
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkHandler(handler: unknown): void {
  if (typeof handler === 'function') return;
  throw new RxvisorError('ERR_OPTION', `handler: ${typeof handler} is not a function. Give a function.`);
}
