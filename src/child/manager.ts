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
 * Sends to the manager; false when there is none, or no longer.
 *
 * The callback is there so that a channel that closes meanwhile is no uncaught exception.
 */
export function trySendToManager(message: unknown): boolean {
  if (!isManaged || !process.connected || process.send === undefined) return false;
  return process.send(message, undefined, undefined, () => undefined);
}
