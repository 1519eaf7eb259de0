import { readFileSync } from 'node:fs';

/** The pid of the newest process; undefined where the system does not have it. proc_loadavg(5) */
export function newestPid(): number | undefined {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ')[4]);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
