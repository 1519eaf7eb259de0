import type { ChildProcess } from 'node:child_process';
import { describeError } from '../model/errors.js';
import { closeHandle } from './messageSender.js';

/** The IPC channel of a child, guarded. */
export interface GuardedChannel {
  /** How many bytes wait to be read by the child. */
  readonly waiting: () => number;
  /** Closes it, also in the middle of a message. */
  readonly close: () => void;
}

/** The parts used here of the channel that Node keeps behind a `ChildProcess`. */
interface ChannelHandle {
  onread: (chunk: ArrayBuffer | undefined) => unknown;
  pendingHandle: unknown;
  buffering: unknown;
  readonly writeQueueSize: number;
}

interface InternalMessage {
  readonly cmd: string;
  readonly key?: unknown;
}

/** Node answers some messages by itself. A child that leaves more than this many answers unread has failed. */
const MAX_ANSWERS = 1_024;

/**
 * Contains what a child writes to its IPC channel. A child can write anything: it has the descriptor.
 *
 * Node parses messages in `onread` and handles its own messages in listeners of `internalMessage`. Both can throw where no
 * caller can catch. Here such an error becomes one call of `onFault`, and the channel is closed.
 *
 * - A message may have {@link messageMeter} bytes at most.
 * - Node makes sockets and servers of handles without a check of their type. Here handles stay handles; the receiver of
 *   the message closes or keeps them.
 * - A handle that comes without its message is closed.
 *
 * The channel is found by the description of Node's symbol. Without it `onread` cannot be guarded; the rest still is.
 *
 * @param onFault is called once, after the messages that came before
 */
export function guardChannel(
  child: ChildProcess,
  serialization: 'json' | 'advanced',
  onFault: (message: string) => void,
): GuardedChannel {
  const channel = channelOf(child);
  const measure = messageMeter(serialization);
  const emit: (event: string | symbol, ...args: unknown[]) => boolean = child.emit.bind(child);
  let unclaimed: unknown;
  let answers = 0;
  let closed = false;

  if (channel !== undefined) {
    const read = channel.onread.bind(channel);
    channel.onread = (chunk) => {
      contained('a message cannot be read', () => {
        if (chunk !== undefined) receive(channel, chunk);
        read(chunk);
      });
    };
  }
  child.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [message, handle] = args;
    if (event !== 'internalMessage' || !isInternal(message)) return emit(event, ...args);
    contained(`${message.cmd} means nothing now`, () => {
      onInternal(message, handle);
    });
    return true;
  };
  child.once('disconnect', dropUnclaimed);

  return { waiting: () => channel?.writeQueueSize ?? 0, close };

  function receive({ pendingHandle }: ChannelHandle, chunk: ArrayBuffer): void {
    if (pendingHandle !== null && pendingHandle !== undefined) {
      const before = unclaimed;
      unclaimed = pendingHandle;
      closeHandle(before);
      if (before !== undefined) throw new Error('a handle came without a message');
    }
    measure(new Uint8Array(chunk));
  }

  function onInternal(message: InternalMessage, handle: unknown): void {
    answers = channel === undefined || channel.writeQueueSize === 0 ? 0 : answers + 1;
    if (answers > MAX_ANSWERS) throw new Error('the child does not read the answers to its messages');
    if (message.cmd === 'NODE_HANDLE') {
      if (handle === unclaimed) unclaimed = undefined;
      try {
        emit('internalMessage', { ...message, type: 'net.Native' }, handle);
      } catch (error) {
        closeHandle(handle);
        throw error;
      }
      return;
    }
    closeHandle(handle);
    const answer = answerTo(message);
    if (answer !== undefined && child.connected) child.send(answer, () => undefined);
    emit('internalMessage', message);
  }

  function contained(problem: string, work: () => void): void {
    if (closed) return;
    try {
      work();
    } catch (error) {
      closed = true;
      // Messages that have been read already come first.
      process.nextTick(() => {
        close();
        onFault(`${problem}: ${describeError(error).message}`);
      });
    }
  }

  function close(): void {
    closed = true;
    dropUnclaimed();
    // Node waits for the rest of a message, which may never come.
    if (channel !== undefined) channel.buffering = false;
    if (child.connected) child.disconnect();
  }

  function dropUnclaimed(): void {
    closeHandle(unclaimed);
    unclaimed = undefined;
  }
}

/**
 * A server in the child waits for these when it closes or counts its connections, once a socket of it was sent. None is
 * held here.
 */
function answerTo({ cmd, key }: InternalMessage): object | undefined {
  if (cmd === 'NODE_SOCKET_NOTIFY_CLOSE') return { cmd: 'NODE_SOCKET_ALL_CLOSED', key };
  return cmd === 'NODE_SOCKET_GET_COUNT' ? { cmd: 'NODE_SOCKET_COUNT', key, count: 0 } : undefined;
}

function isInternal(message: unknown): message is InternalMessage {
  return typeof message === 'object' && message !== null && 'cmd' in message && typeof message.cmd === 'string';
}

function channelOf(child: ChildProcess): ChannelHandle | undefined {
  const symbol = Object.getOwnPropertySymbols(child).find(({ description }) => description === 'kChannelHandle');
  const channel: unknown = symbol === undefined ? undefined : Reflect.get(child, symbol);
  return isChannel(channel) ? channel : undefined;
}

function isChannel(value: unknown): value is ChannelHandle {
  return typeof value === 'object' && value !== null && 'onread' in value && typeof value.onread === 'function';
}

/** The most bytes that one IPC message of a child may have. */
const MAX_MESSAGE = 67_108_864;

/**
 * Measures the messages on an IPC channel. Node keeps a message until it is whole, however long that takes.
 *
 * @param serialization `'json'`: a message is a line. `'advanced'`: its length comes first, in four bytes
 * @returns a function of each chunk, none of which is longer than `limit`. It throws when a message has more than `limit` bytes, before the message is whole
 */
export function messageMeter(
  serialization: 'json' | 'advanced',
  limit: number = MAX_MESSAGE,
): (chunk: Uint8Array) => void {
  return serialization === 'json' ? lineMeter(limit) : blockMeter(limit);
}

const LINE_END = 0x0a;
const HEAD = 4;

function lineMeter(limit: number): (chunk: Uint8Array) => void {
  let length = 0;
  return (chunk) => {
    const first = chunk.indexOf(LINE_END);
    check(length + Math.max(first, 0), limit);
    length = first === -1 ? length + chunk.length : chunk.length - 1 - chunk.lastIndexOf(LINE_END);
    check(length, limit);
  };
}

function blockMeter(limit: number): (chunk: Uint8Array) => void {
  let missing = 0;
  let head = 0;
  let headBytes = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(missing, chunk.length - at);
      missing -= taken;
      at += taken;
      if (missing > 0 || at === chunk.length) return;
      head = head * 256 + (chunk[at] ?? 0);
      headBytes += 1;
      at += 1;
      if (headBytes < HEAD) continue;
      check(head, limit);
      missing = head;
      head = 0;
      headBytes = 0;
    }
  };
}

function check(length: number, limit: number): void {
  if (length > limit) throw new Error(`a message has more than ${String(limit)} bytes`);
}
