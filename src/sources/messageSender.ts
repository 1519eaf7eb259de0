import type { ChildProcess, SendHandle } from 'node:child_process';
import { serialize } from 'node:v8';
import { hidden } from '../child/internalMessage.js';
import { isNotice } from './notice.js';

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

/** So many bytes of messages may wait for a child that does not read them, beside the first. */
const MAX_WAITING = 16_777_216;
/** What a handle counts for. It takes a descriptor until the child has it. */
const HANDLE_SIZE = 65_536;

/** Sent in reaction to what the child has said: it listens. */
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
 * Messages of our own are hidden from the program of the child. Node does not keep those until somebody listens, so they
 * wait here until the child says that it does. A child with an older version of this package says `hello` only: it gets
 * them as other messages.
 */
export function messageSender(child: ChildProcess, serialization: 'json' | 'advanced'): MessageSender {
  const waiting = new Set<Waiting>();
  let held: (() => void)[] = [];
  let listens: 'internal' | 'message' | undefined;
  let bytes = 0;

  child.on('message', (message) => {
    if (listens !== undefined || !isNotice(message)) return;
    if (message.rxvisor !== 'internal' && message.rxvisor !== 'hello') return;
    listens = message.rxvisor === 'internal' ? 'internal' : 'message';
    for (const send of held.splice(0)) send();
  });
  child.once('disconnect', () => {
    held = [];
    for (const { settle } of waiting) settle('its IPC channel was closed before the message was sent');
  });

  return {
    send: (message, handle, onResult) => {
      const kind = kindOf(message);
      const waits = LETTERS.includes(kind) && listens === undefined;
      // Measured only when others wait: it takes as long as to send it.
      const size = (waits || waiting.size > 0 ? sizeOf(message) : 0) + (handle === undefined ? 0 : HANDLE_SIZE);
      if (waiting.size > 0 && bytes + size > MAX_WAITING) {
        throw new Error(`it does not read: ${String(bytes)} bytes of messages wait already`);
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
        write(isInternal && isObject(message) ? hidden(message) : message, handle, entry.settle);
      };
      if (waits) held.push(pass);
      else pass();
      waiting.add(entry);
      bytes += size;
    },
  };

  function write(message: unknown, handle: unknown, settle: OnResult): void {
    // What can be sent is for Node to say: it throws on what it cannot encode.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to Node
    child.send(message as object, handle as SendHandle, (error) => {
      const ended = child.exitCode !== null || child.signalCode !== null;
      settle(error?.message ?? (ended ? 'it ended before the message was sent' : undefined));
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
