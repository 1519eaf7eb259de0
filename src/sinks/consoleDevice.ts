import { constants, fstatSync, openSync, writeSync } from 'node:fs';

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
export const nodeDevice: ConsoleDevice = {
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
