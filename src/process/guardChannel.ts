import type { ChildProcess } from 'node:child_process';
import { MAX_MESSAGE } from '../child/manager.js';
import { describeError } from '../model/errors.js';
import { closeHandle } from './messageSender.js';

/** A guarded IPC channel of a child. */
export interface GuardedChannel {
  /** Number of bytes that the child has not yet read. */
  readonly waiting: () => number;
  /** Closes the channel, even in the middle of a message. */
  readonly close: () => void;
}

/** The fields used here of Node's internal channel object. */
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

/** Node answers some messages itself. A child that leaves more answers than this unread has failed. */
const MAX_ANSWERS = 1_024;

/**
 * Protects the manager from what a child writes to its IPC channel. A child can write anything: it has the descriptor.
 *
 * Node parses messages in `onread` and handles its own messages in listeners of `internalMessage`. Both can throw where no
 * caller can catch. Here such an error closes the channel and calls `onFault` once.
 *
 * - A message has at most 64 MiB, see {@link messageMeter}.
 * - Node turns handles into sockets and servers without a check of their type. Here handles stay handles. The receiver of
 *   the message closes or keeps them.
 * - A handle that arrives without its message is closed.
 *
 * Node has no public access to the channel: it is found by the description of Node's symbol. If the symbol is missing, `onread`
 * is not guarded, but the rest is.
 *
 * @param onFault called once, after all earlier messages
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
      closeOnError('a message cannot be read', () => {
        if (chunk !== undefined) receive(channel, chunk);
        read(chunk);
      });
    };
  }
  child.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [message, handle] = args;
    if (event !== 'internalMessage' || !isInternal(message)) return emit(event, ...args);
    closeOnError(`${message.cmd} is not expected now`, () => {
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
    const answer = nodeAnswer(message);
    if (answer !== undefined && child.connected) child.send(answer, () => undefined);
    emit('internalMessage', message);
  }

  function closeOnError(problem: string, work: () => void): void {
    if (closed) return;
    try {
      work();
    } catch (error) {
      closed = true;
      // Node delivers messages that it has already read first.
      process.nextTick(() => {
        close();
        onFault(`${problem}: ${describeError(error).message}`);
      });
    }
  }

  function close(): void {
    closed = true;
    dropUnclaimed();
    // Node would wait for the rest of a message, which may never come.
    if (channel !== undefined) channel.buffering = false;
    if (child.connected) child.disconnect();
  }

  function dropUnclaimed(): void {
    closeHandle(unclaimed);
    unclaimed = undefined;
  }
}

/**
 * Measures the messages on an IPC channel. Node buffers a message until it is complete, whatever its size.
 *
 * @param serialization `'json'`: a message is a line. `'advanced'`: a message begins with its length, in four bytes
 * @param limit maximum size of a message, in bytes. Default 64 MiB
 * @returns a function to call with each chunk, of at most `limit` bytes. It throws as soon as a message exceeds `limit`, even if
 * the message is not complete
 */
export function messageMeter(
  serialization: 'json' | 'advanced',
  limit: number = MAX_MESSAGE,
): (chunk: Uint8Array) => void {
  return serialization === 'json' ? lineMeter(limit) : blockMeter(limit);
}

/**
 * A server that has sent one of its sockets here waits for these answers when it closes or counts its connections. The manager
 * holds no such sockets.
 */
function nodeAnswer({ cmd, key }: InternalMessage): object | undefined {
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

const LINE_END = 0x0a;
const HEADER_BYTES = 4;

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
  let bodyLeft = 0;
  let length = 0;
  let headerBytes = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(bodyLeft, chunk.length - at);
      bodyLeft -= skipped;
      at += skipped;
      if (bodyLeft > 0 || at === chunk.length) return;
      length = length * 256 + (chunk[at] ?? 0);
      headerBytes += 1;
      at += 1;
      if (headerBytes < HEADER_BYTES) continue;
      check(length, limit);
      bodyLeft = length;
      length = 0;
      headerBytes = 0;
    }
  };
}

function check(length: number, limit: number): void {
  if (length > limit) throw new Error(`a message is larger than ${String(limit)} bytes. Send less, or use a file.`);
}
