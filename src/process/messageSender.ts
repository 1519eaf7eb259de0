import type { ChildProcess, SendHandle } from 'node:child_process';
import { serialize } from 'node:v8';
import { toInternalMessage } from '../child/manager.js';
import { checkReadable } from '../ipc/packErrors.js';
import { describeError } from '../model/errors.js';

/** Sends messages to a child. */
export interface MessageSender {
  /**
   * Calls `onResult` once: when the system has taken the message, or with the reason why it could not be sent.
   *
   * @throws when it cannot be encoded, or when too much waits already
   */
  readonly send: (message: unknown, handle: unknown, onResult: OnResult) => void;
}

type OnResult = (reason: string | undefined) => void;

/** The most bytes of messages that may wait for a child that does not read them. The first message is not counted. */
const MAX_WAITING = 16_777_216;
/** The size that a handle counts as. It takes a descriptor until the child has it. */
const HANDLE_SIZE = 65_536;

/** Sent in reply to a message of the child, so the child already listens. */
const REACTIONS: readonly unknown[] = ['shared', 'adopt', 'release', 'stop'];
/** Sent at any time, the start of the child included. */
const LETTERS: readonly unknown[] = ['socket', 'ipc'];

interface Waiting {
  readonly size: number;
  readonly settle: OnResult;
}

/**
 * A child that does not read cannot make the manager grow: beyond {@link MAX_WAITING} bytes messages are refused.
 *
 * Our own messages are hidden from the program of the child. Node drops them while nobody listens, so they wait here until
 * the child reports that it listens. A child with an older version of this package reports only `hello`: it gets them as
 * ordinary messages.
 */
export function messageSender(child: ChildProcess, serialization: 'json' | 'advanced'): MessageSender {
  const waiting = new Set<Waiting>();
  let held: (() => void)[] = [];
  let listens: 'internal' | 'message' | undefined;
  let bytes = 0;

  child.on('message', (message) => {
    if (listens !== undefined || !isChildNotice(message)) return;
    if (message.rxvisor !== 'internal' && message.rxvisor !== 'hello') return;
    listens = message.rxvisor === 'internal' ? 'internal' : 'message';
    for (const send of held.splice(0)) send();
  });
  child.once('disconnect', () => {
    held = [];
    for (const { settle } of waiting) settle('the IPC channel was closed before the message was sent');
  });

  return {
    send: (message, handle, onResult) => {
      if (serialization === 'advanced') checkReadable(message);
      const kind = kindOf(message);
      const waits = LETTERS.includes(kind) && listens === undefined;
      // Measured only when others wait: it takes as long as to send it.
      const size = (waits || waiting.size > 0 ? sizeOf(message) : 0) + (handle === undefined ? 0 : HANDLE_SIZE);
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
      const pass = (): void => {
        const isInternal = REACTIONS.includes(kind) || (LETTERS.includes(kind) && listens === 'internal');
        write(isInternal && isObject(message) ? toInternalMessage(message) : message, handle, entry.settle);
      };
      if (waits) held.push(() => later(pass, entry.settle));
      else pass();
      waiting.add(entry);
      bytes += size;
    },
  };

  /** What waits may have changed since it was measured. */
  function later(pass: () => void, settle: OnResult): void {
    try {
      pass();
    } catch (error) {
      settle(describeError(error).message);
    }
  }

  function write(message: unknown, handle: unknown, settle: OnResult): void {
    // Node decides whether a value can be sent: it throws on values that it cannot encode.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to Node
    child.send(message as object, handle as SendHandle, (error) => {
      const ended = child.exitCode !== null || child.signalCode !== null;
      settle(error?.message ?? (ended ? 'the child ended before the message was sent' : undefined));
    });
  }

  function sizeOf(message: unknown): number {
    if (serialization === 'advanced') return serialize(message).length;
    return Buffer.byteLength(JSON.stringify([message]));
  }
}

function kindOf(message: unknown): unknown {
  return isObject(message) && 'rxvisor' in message ? message.rxvisor : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * What a child's process tells its manager beside the child's own messages: `rxvisor/child` that it is there, that it listens
 * for internal messages, and that it is ready, `preload/listening.cjs` that a server of it listens.
 */
export interface ChildNotice {
  readonly rxvisor: 'hello' | 'internal' | 'ready' | 'listening';
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

/** What a child can send beside a message: a socket, a server, or what is behind one. */
export interface ClosableHandle {
  readonly close: () => void;
}

/** Closes a handle that came with an unwanted message. Any other value is left alone. */
export function closeHandle(handle: unknown): void {
  if (isClosableHandle(handle)) handle.close();
}

export function isClosableHandle(value: unknown): value is ClosableHandle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
