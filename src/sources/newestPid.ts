import { readFileSync } from 'node:fs';

/** The number of the process that was started last; undefined where the system does not say. proc_loadavg(5) */
export function newestPid(): number | undefined {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ')[4]);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
