import { RxvisorError } from '../model/errors.js';

/** What asks a program to stop that does not import this module. */
export interface StopMessage {
  readonly stopping: true;
  /** Why, in the manager's words: a `stop`, a `restart`, or what it has failed at. */
  readonly reason?: string;
}

/** Whether this process was forked by an rxvisor manager, and not by somebody else with an IPC channel. */
export const isManaged: boolean = process.connected && !isOrphaned();

/** An orphan is adopted by another process: its parent is no longer who started it. */
export function isOrphaned(): boolean {
  return process.env.RXVISOR_MANAGER_PID !== String(process.ppid);
}

export function isStopMessage(message: unknown): message is StopMessage {
  return typeof message === 'object' && message !== null && 'stopping' in message && message.stopping === true;
}

/** What goes over the promised channel (`rxvisor/session/worker`) is not for the program either. */
export function isApplicationMessage(message: unknown): boolean {
  const promised = typeof message === 'object' && message !== null && 'rxvisor' in message && message.rxvisor === 'ipc';
  return !promised && !isStopMessage(message);
}

/**
 * Sends a message to the manager.
 *
 * @param onSent called once the message is written, or with the reason why it is lost. There always is one: without it, a
 * channel that closes too early is an uncaught exception.
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
 * Node gives a message whose `cmd` begins with `NODE_` to listeners of `internalMessage` only: a program that listens for
 * messages never sees it. https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
 */
const INTERNAL = 'NODE_RXVISOR';

/** Wraps a message so that the program of a child does not see it. */
export function toInternalMessage(message: object): object {
  return { ...message, cmd: INTERNAL };
}

let announced = false;

/**
 * Calls `listener` with internal messages, and reports to the manager that this process listens for them. It does not keep
 * this process alive.
 *
 * @returns a function that stops listening
 */
export function onInternalMessage(listener: (message: object, handle: unknown) => void): () => void {
  const onMessage = (message: unknown, handle: unknown): void => {
    const isOurs = typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === INTERNAL;
    if (isOurs) listener(message, handle);
  };
  process.on('internalMessage', onMessage);
  if (!announced) sendToManager({ rxvisor: 'internal' });
  announced = true;
  return () => {
    process.off('internalMessage', onMessage);
  };
}

let holders = 0;

/**
 * Keeps the channel, and with it this process, until it is let go of: for whoever waits for messages.
 *
 * @returns a function that lets go
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
 * Keeps this process alive, as long as nothing else does: the channel does not.
 *
 * @returns a function that no longer does
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
