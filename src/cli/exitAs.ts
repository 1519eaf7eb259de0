import { constants } from 'node:os';
import type { Outcome } from './run$.js';

/** Ends this process. Whoever started it sees the signal, and not only its number. */
export function exitAs({ code, signal }: Outcome): void {
  if (signal !== undefined) process.kill(process.pid, signal);
  process.exit(signal === undefined ? code : 128 + constants.signals[signal]);
}
