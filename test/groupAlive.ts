import { liveProcesses } from '../src/process/liveProcesses.js';

/** Whether anybody who is not a zombie is left in a process group. */
export function groupAlive(pgid: number): boolean {
  return liveProcesses({ pgid, startTime: undefined, cookie: undefined }).length > 0;
}
