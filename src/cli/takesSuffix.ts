import { statSync } from 'node:fs';

/** Whether instances can have files of their own beside a log: not beside a device, a FIFO or a socket. */
export function canHaveSuffix(log: string): boolean {
  try {
    return statSync(log).isFile();
  } catch {
    // It is not there yet.
    return true;
  }
}
