import type { LastExit } from '../model/status.js';
import { formatDuration } from './formatDuration.js';

/** How a run ended: `code 1 after 2.3s`, `SIGKILL after 3m`, or why it could not be started. */
export function runEndText({ code, signal, uptime, error }: LastExit): string {
  return error ?? `${signal ?? `code ${String(code)}`} after ${formatDuration(uptime)}`;
}
