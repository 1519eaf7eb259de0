import { readdirSync, readFileSync } from 'node:fs';
import { describeError } from '../model/describeError.js';

/** By what the processes of a run are known. */
export interface RunMark {
  /** The leader's pid, and the group's. */
  readonly pgid: number;
  /** When the leader was started, in clock ticks since boot; undefined where there is no `/proc`. */
  readonly startTime: string | undefined;
  /** `NAME=value`, in the environment of all it starts; undefined for a child that may leave things behind. */
  readonly cookie: string | undefined;
}

/** A process that is left of a run: in its group, or only with its cookie. */
export interface Remain {
  readonly pid: number;
  readonly inGroup: boolean;
}

/** What is read of `/proc`; undefined when the process is gone or not ours to look at. */
export interface ProcReader {
  readonly pids: () => readonly number[];
  readonly stat: (pid: number) => string | undefined;
  readonly environ: (pid: number) => string | undefined;
}

/**
 * The processes of a run that are still alive: those of its group, and those that left it, by their cookie.
 *
 * A zombie (state Z, or X) is not alive, though `kill(2)` counts it, and for ever where PID 1 does not reap. Numbers are
 * reused, start times are not: nobody older than the run belongs to it, and when the leader's number is borne by a
 * process with another start time, the group of that number is a stranger's. proc_pid_stat(5), proc_pid_environ(5).
 */
export function remains({ pgid, startTime, cookie }: RunMark, proc: ProcReader = linuxProc): readonly Remain[] {
  const living = proc.pids().flatMap((pid) => {
    const stat = parseStat(proc.stat(pid));
    return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? [] : [{ pid, ...stat }];
  });
  const since = startTime === undefined ? 0n : BigInt(startTime);
  const leader = living.find(({ pid }) => pid === pgid);
  const groupIsOurs = leader === undefined || startTime === undefined || leader.startTime === startTime;
  return living
    .filter((process) => BigInt(process.startTime) >= since)
    .flatMap(({ pid, group }): Remain[] => {
      if (group === pgid) return groupIsOurs ? [{ pid, inGroup: true }] : [];
      return cookie !== undefined && carries(proc.environ(pid), cookie) ? [{ pid, inGroup: false }] : [];
    });
}

/** When a process was started, in clock ticks since boot: with its pid, its identity. */
export function startTimeOf(pid: number, proc: ProcReader = linuxProc): string | undefined {
  return parseStat(proc.stat(pid))?.startTime;
}

const linuxProc: ProcReader = {
  pids: () =>
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number),
  stat: (pid) => read(pid, 'stat', ['ENOENT', 'ESRCH']),
  // EACCES: another user's, and so none of ours.
  environ: (pid) => read(pid, 'environ', ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']),
};

/** Undefined for the expected failures. Others are thrown: what cannot be seen must not be taken for gone. */
function read(pid: number, file: string, expected: readonly string[]): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'latin1');
  } catch (error) {
    if (expected.includes(describeError(error).code)) return undefined;
    throw error;
  }
}

/** The program's name stands in parentheses and may hold any character; what follows the last one is regular. */
function parseStat(stat: string | undefined) {
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields ?? [];
  const startTime = fields?.[19];
  return state === undefined || group === undefined || startTime === undefined
    ? undefined
    : { state, group: Number(group), startTime };
}

function carries(environ: string | undefined, cookie: string): boolean {
  return environ !== undefined && `\0${environ}\0`.includes(`\0${cookie}\0`);
}
