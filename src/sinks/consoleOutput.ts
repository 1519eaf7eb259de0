import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { describeError } from '../model/errors.js';

/** Why a text was not written. */
export interface ConsoleFailure {
  readonly code: string;
  readonly message: string;
}

/** A standard stream that never blocks. */
export interface ConsoleOutput {
  /** Writes texts in their order. `done` is called once for each, with the failure if it was not written. */
  readonly write: (text: string | Uint8Array, done: (failure?: ConsoleFailure) => void) => void;
  /** The bytes that wait to be written. */
  readonly held: () => number;
}

/** The most bytes held for a reader that does not read. Text beyond that is dropped. */
const MOST = 2_097_152;
/** How often a terminal that takes nothing is tried again, in ms. */
const POLL = 10;

const outputs = new WeakMap<ConsoleStream, ConsoleOutput>();

/** The output of a stream: all who write to one stream share it, so that their lines do not mix. */
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
      if (held + bytes.length > MOST && held > 0) {
        done({ code: 'ERR_FULL', message: `nobody reads it, and ${String(held)} bytes are waiting` });
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
  let torn = false;

  return (_, bytes, done) => {
    queue.push({ bytes, written: 0, done });
    if (!flushing) flush();
  };

  function flush(): void {
    flushing = true;
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      let failure: ConsoleFailure | undefined;
      try {
        // A write that failed halfway has left half a line.
        if (torn) device.write(fd, Buffer.from('\n'), 0);
        torn = false;
        while (job.written < job.bytes.length) job.written += device.write(fd, job.bytes, job.written);
      } catch (error) {
        failure = describeError(error);
        if (failure.code === 'EAGAIN') {
          scheduler.schedule(flush, POLL);
          return;
        }
        torn ||= job.written > 0 && job.bytes[job.written - 1] !== 0x0a;
      }
      queue.shift();
      job.done(failure);
    }
    flushing = false;
  }
}

/** The parts of a standard stream that are needed to write to it. */
export interface ConsoleStream extends Pick<NodeJS.WriteStream, 'write' | 'once' | 'listenerCount'> {
  readonly fd?: number;
  readonly isTTY?: boolean;
}

/** How a descriptor is written to. */
export interface ConsoleDevice {
  /** The descriptor to write to; undefined: the stream itself writes without waiting. */
  readonly open: (stream: ConsoleStream) => number | undefined;
  /** Gives how many bytes were written. @throws EAGAIN when it would have to wait, and all other errors */
  readonly write: (fd: number, bytes: Uint8Array, from: number) => number;
}

/**
 * Node writes to a terminal synchronously: one that is stopped by Ctrl-S would stop the process, too. A descriptor of its
 * own, opened without waiting, leaves those of others on the same terminal as they are. To a file Node's stream loses the
 * rest of a text when the disk becomes full within it. A pipe it never waits for.
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
      // After su(1) the terminal is another user's, and may not be opened: Node's stream can still write to it.
      return undefined;
    }
  },
  write: (fd, bytes, from) => writeSync(fd, bytes, from),
};
