import type { ChildProcess, SendHandle } from 'node:child_process';
import { toInternalMessage } from '../child/manager.js';
import { checkMessage, messageSize, type Serialization } from '../ipc/ipcMessage.js';
import { describeError } from '../model/errors.js';

/**
 * A message by which the process of a child informs the manager. `rxvisor/child` sends `hello` when it is loaded, `internal` when
 * it accepts internal messages, and `ready`. `preload/listening.cjs` sends `listening` when a server listens.
 */
export interface ChildNotice {
  readonly rxvisor: 'hello' | 'internal' | 'ready' | 'listening';
}

/** A handle that comes with a message: a socket, a server, or Node's internal object of one. */
export interface ClosableHandle {
  readonly close: () => void;
}

/** Sends messages to a child. */
export interface MessageSender {
  /**
   * Calls `onResult` once: when the system has accepted the message, or with the reason why it could not be sent.
   *
   * @throws when the message cannot be encoded, or when too many bytes are waiting
   */
  readonly send: (message: unknown, handle: unknown, onResult: OnResult) => void;
}

type OnResult = (reason: string | undefined) => void;

/** The maximum number of bytes that a child may leave unread: 16 MiB. The first unread message is not counted. */
const MAX_WAITING = 16_777_216;
/** A handle counts as this many bytes: it takes a descriptor until the child receives it. */
const HANDLE_SIZE = 65_536;

/** Internal messages that answer a message of the child: the child listens already. */
const REPLIES: readonly unknown[] = ['shared', 'adopt', 'release', 'stop'];
/** Internal messages that the manager sends at any time, even while the child starts. */
const UNSOLICITED: readonly unknown[] = ['socket', 'ipc'];

interface Waiting {
  readonly size: number;
  readonly settle: OnResult;
}

/**
 * Sends messages to a child without unbounded memory: beyond {@link MAX_WAITING} unread bytes, messages are refused.
 *
 * Internal messages are hidden from the program of the child. Node drops them while the child has no listener, so they are
 * deferred until the child reports `internal`. A child with an older version of this package reports only `hello`; it gets them
 * as ordinary messages.
 */
export function messageSender(child: ChildProcess, serialization: Serialization): MessageSender {
  const waiting = new Set<Waiting>();
  let deferred: (() => void)[] = [];
  let listens: 'internal' | 'message' | undefined;
  let bytes = 0;

  child.on('message', (message) => {
    if (listens !== undefined || !isChildNotice(message)) return;
    if (message.rxvisor !== 'internal' && message.rxvisor !== 'hello') return;
    listens = message.rxvisor === 'internal' ? 'internal' : 'message';
    for (const send of deferred.splice(0)) send();
  });
  child.once('disconnect', () => {
    deferred = [];
    for (const { settle } of waiting) settle('the IPC channel was closed before the message was sent');
  });

  return {
    send: (message, handle, onResult) => {
      checkMessage(message, serialization);
      const kind = kindOf(message);
      const isDeferred = UNSOLICITED.includes(kind) && listens === undefined;
      // Measured only while other messages wait: to measure a message takes as long as to send it.
      const messageBytes = isDeferred || waiting.size > 0 ? messageSize(message, serialization) : 0;
      const size = messageBytes + (handle === undefined ? 0 : HANDLE_SIZE);
      if (waiting.size > 0 && bytes + size > MAX_WAITING) {
        throw new Error(`the child does not read its messages: ${String(bytes)} bytes are waiting`);
      }
      const entry: Waiting = {
        size,
        settle: (reason) => {
          if (!waiting.delete(entry)) return;
          bytes -= size;
          onResult(reason);
        },
      };
      const sendNow = (): void => {
        const isInternal = REPLIES.includes(kind) || (UNSOLICITED.includes(kind) && listens === 'internal');
        write(isInternal && isObject(message) ? toInternalMessage(message) : message, handle, entry.settle);
      };
      if (isDeferred) deferred.push(() => sendDeferred(sendNow, entry.settle));
      else sendNow();
      waiting.add(entry);
      bytes += size;
    },
  };

  /** The message may have been changed since it was measured. */
  function sendDeferred(sendNow: () => void, settle: OnResult): void {
    try {
      sendNow();
    } catch (error) {
      settle(describeError(error).message);
    }
  }

  function write(message: unknown, handle: unknown, settle: OnResult): void {
    // Node throws on values that it cannot encode.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to Node
    child.send(message as object, handle as SendHandle, (error) => {
      const ended = child.exitCode !== null || child.signalCode !== null;
      settle(error?.message ?? (ended ? 'the child ended before the message was sent' : undefined));
    });
  }
}

export function isChildNotice(message: unknown): message is ChildNotice {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.keys(message).length === 1 &&
    'rxvisor' in message &&
    (message.rxvisor === 'hello' ||
      message.rxvisor === 'internal' ||
      message.rxvisor === 'ready' ||
      message.rxvisor === 'listening')
  );
}

/** Closes a handle that came with an unwanted message. Ignores any other value. */
export function closeHandle(handle: unknown): void {
  if (isClosableHandle(handle)) handle.close();
}

export function isClosableHandle(value: unknown): value is ClosableHandle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}

function kindOf(message: unknown): unknown {
  return isObject(message) && 'rxvisor' in message ? message.rxvisor : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
