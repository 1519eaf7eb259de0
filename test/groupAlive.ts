import { readdirSync, readFileSync } from 'node:fs';

/** Whether anybody who is not a zombie is left in a process group. */
export function groupAlive(pgid: number): boolean {
  return liveGroups([pgid]).length > 0;
}

/** Those of these process groups in which anybody who is not a zombie is left, with one look at `/proc` for all of them. */
export function liveGroups(pgids: Iterable<number>): number[] {
  // For most the cheap question is enough. It counts zombies: where PID 1 does not reap, they stay.
  const asked = [...pgids].filter(hasMembers);
  if (asked.length === 0) return [];
  const living = new Set(readdirSync('/proc').flatMap(groupOf));
  return asked.filter((pgid) => living.has(pgid));
}

function hasMembers(pgid: number): boolean {
  try {
    return process.kill(-pgid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The group of a process, by its entry in `/proc`; none for a zombie. proc_pid_stat(5) */
function groupOf(entry: string): number[] {
  if (!/^\d+$/.test(entry)) return [];
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? [] : [Number(group)];
  } catch {
    return [];
  }
}
