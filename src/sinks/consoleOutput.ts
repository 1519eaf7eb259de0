import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { describeError } from '../model/errors.js';

/** Why a text was not written. */
export interface ConsoleFailure {
  readonly code: string;
  readonly message: string;
}

/** Writes to a standard stream and never blocks. */
export interface ConsoleOutput {
  /** Writes texts in order. Calls `done` once for each text, with a failure if it was not written. */
  readonly write: (text: string | Uint8Array, done: (failure?: ConsoleFailure) => void) => void;
  /** The number of bytes that wait to be written. */
  readonly held: () => number;
}

/** The members of a standard stream that are used to write to it. */
export interface ConsoleStream extends Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'> {
  readonly fd?: number;
  readonly isTTY?: boolean;
}

/** Opens and writes descriptors. */
export interface ConsoleDevice {
  /** The descriptor to write to. Undefined: write to the stream itself, which does not block. */
  readonly open: (stream: ConsoleStream) => number | undefined;
  /** Returns the number of bytes written. Throws EAGAIN if it would block, and the other errors of write(2). */
  readonly write: (fd: number, bytes: Uint8Array, from: number) => number;
}

/** The maximum number of bytes that wait for a reader. Further text is dropped. */
const HELD_MAX = 2_097_152;
/** The wait before a terminal that takes no bytes is tried again, in ms. */
const RETRY_AFTER = 10;

const outputs = new WeakMap<ConsoleStream, ConsoleOutput>();

/** The one output of a stream. All writers share it, so that their lines do not mix. */
export function consoleOutput(stream: ConsoleStream): ConsoleOutput {
  const output = outputs.get(stream) ?? createConsoleOutput(stream);
  outputs.set(stream, output);
  return output;
}

export function createConsoleOutput(
  stream: ConsoleStream,
  device: ConsoleDevice = nodeDevice,
  scheduler: SchedulerLike = asyncScheduler,
): ConsoleOutput {
  const fd = device.open(stream);
  const write = fd === undefined ? viaStream(stream) : viaDescriptor(fd, device, scheduler);
  let held = 0;
  return {
    write: (text, done) => {
      const bytes = Buffer.from(text);
      if (held + bytes.length > HELD_MAX && held > 0) {
        done({ code: 'ERR_FULL', message: `the reader does not read: ${String(held)} bytes are waiting` });
        return;
      }
      held += bytes.length;
      write(text, bytes, (failure) => {
        held -= bytes.length;
        done(failure);
      });
    },
    held: () => held,
  };
}

type Write = (text: string | Uint8Array, bytes: Buffer, done: (failure?: ConsoleFailure) => void) => void;

function viaStream(stream: ConsoleStream): Write {
  return (text, _, done) => {
    stream.write(text, (error) => {
      // The stream emits the same error next; without a listener that would be an uncaught exception.
      if (error && stream.listenerCount('error') === 0) stream.once('error', () => undefined);
      done(error ? describeError(error) : undefined);
    });
  };
}

function viaDescriptor(fd: number, device: ConsoleDevice, scheduler: SchedulerLike): Write {
  const queue: { readonly bytes: Buffer; written: number; readonly done: (failure?: ConsoleFailure) => void }[] = [];
  let flushing = false;
  let inLine = false;

  return (_, bytes, done) => {
    queue.push({ bytes, written: 0, done });
    if (!flushing) flush();
  };

  function flush(): void {
    flushing = true;
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      let failure: ConsoleFailure | undefined;
      try {
        // The last write failed in the middle of a line. End that line first.
        if (inLine) device.write(fd, Buffer.from('\n'), 0);
        inLine = false;
        while (job.written < job.bytes.length) job.written += device.write(fd, job.bytes, job.written);
      } catch (error) {
        failure = describeError(error);
        if (failure.code === 'EAGAIN') {
          scheduler.schedule(flush, RETRY_AFTER);
          return;
        }
        inLine ||= job.written > 0 && job.bytes[job.written - 1] !== 0x0a;
      }
      queue.shift();
      job.done(failure);
    }
    flushing = false;
  }
}

/**
 * - Terminals: Node writes to them synchronously, so Ctrl-S would stop the process. A new descriptor is opened with
 *   O_NONBLOCK. Other processes on the same terminal are not affected.
 * - Files: when the disk becomes full in the middle of a text, Node's stream loses the rest. So we write to the descriptor.
 * - Pipes: Node's stream never blocks on them, so it is used.
 */
const nodeDevice: ConsoleDevice = {
  open: ({ fd, isTTY = false }) => {
    if (fd === undefined) return undefined;
    try {
      if (isTTY)
        return openSync(`/dev/fd/${String(fd)}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      const stats = fstatSync(fd);
      return stats.isFile() || stats.isCharacterDevice() ? fd : undefined;
    } catch {
      // After su(1), the terminal belongs to another user and cannot be opened. Node's stream can still write to it.
      return undefined;
    }
  },
  write: (fd, bytes, from) => writeSync(fd, bytes, from),
};
