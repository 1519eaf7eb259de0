import { readFileSync, readlinkSync } from 'node:fs';
import { describeError } from '../model/describeError.js';
import { procFields } from './procFields.js';
import { procPids } from './procPids.js';

/** By what the processes of a run are known. */
export interface RunIdentity {
  /** The leader's pid, and the group's. */
  readonly pgid: number;
  /** When the leader was started, in clock ticks since boot; undefined where there is no `/proc`. */
  readonly startTime: string | undefined;
  /** How many processes the system had started before it; undefined or NaN where that is not known. */
  readonly forks?: number | undefined;
  /** `NAME=value`, in the environment of all it starts; undefined for a child that may leave things behind. */
  readonly cookie: string | undefined;
  /** The start times, by pid, of those that bore the cookie before: they may have written over it since. */
  readonly seen?: ReadonlyMap<number, string> | undefined;
  /** What its stdout and stderr are, as {@link outputPipes} gives them; undefined where that is not known. */
  readonly outputs?: readonly string[] | undefined;
}

/** A process that is left of a run: in its group, or only in its session or with its cookie. */
export interface LiveProcess {
  readonly pid: number;
  readonly inGroup: boolean;
  /** Of one that left the group, where that is known. */
  readonly startTime?: string;
}

/** What is read of `/proc`; undefined when the process is gone or not ours to look at. */
export interface ProcReader {
  readonly pids: () => readonly number[];
  /** How many processes the system has started since boot; NaN where that is not known. */
  readonly forks: () => number;
  /** No pid is as high; NaN where that is not known. */
  readonly pidMax: () => number;
  readonly stat: (pid: number) => string | undefined;
  readonly environ: (pid: number) => string | undefined;
  /** What a descriptor of it is, as `socket:[4711]`. */
  readonly opened: (pid: number, descriptor: number) => string | undefined;
}

/**
 * The processes of a run that are still alive: those of its group, and those that left it, by their session or
 * by their cookie. A child leads a session. Only a fork passes a session on, so all its members belong to the run.
 *
 * A zombie (state Z, or X) is not alive, though `kill(2)` counts it, and for ever where PID 1 does not reap. Numbers are
 * reused, start times are not: nobody older than the run belongs to it, and when the leader's number is borne by a
 * process with another start time, the group of that number is a stranger's. proc_pid_stat(5), proc_pid_environ(5).
 */
export function liveProcesses(mark: RunIdentity, proc: ProcReader = linuxProc): readonly LiveProcess[] {
  const { pgid, startTime, cookie, seen } = mark;
  const living = candidatePids(mark, proc).flatMap((pid) => liveProcessStat(pid, proc));
  const since = startTime === undefined ? 0n : BigInt(startTime);
  const leader = living.find(({ pid }) => pid === pgid);
  const groupIsOurs = leader === undefined || startTime === undefined || leader.startTime === startTime;
  return living
    .filter((process) => BigInt(process.startTime) >= since)
    .flatMap(({ pid, group, session, startTime }): LiveProcess[] => {
      if (group === pgid) return groupIsOurs ? [{ pid, inGroup: true }] : [];
      if (cookie === undefined) return [];
      const isOurs =
        (session === pgid && groupIsOurs) || seen?.get(pid) === startTime || hasCookie(proc.environ(pid), cookie);
      return isOurs ? [{ pid, inGroup: false, startTime }] : [];
    });
}

/** What is known of a living process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
}

/** The process of that number, if it lives. */
export function liveProcessStat(pid: number, proc: ProcReader): readonly ProcessStat[] {
  const stat = parseStat(proc.stat(pid));
  return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? [] : [{ pid, ...stat }];
}

/**
 * Who may belong to the run: nobody else, if nothing but the leader was started since; and nobody below the leader as
 * long as numbers, which are given out in rising order, cannot have begun from the bottom again. To look at all of 75
 * processes takes 1 to 6 ms, as long as to start the next run. `processes` in proc_stat(5), pid_max in proc_sys_kernel(5).
 */
export function candidatePids({ pgid, forks }: RunIdentity, proc: ProcReader): readonly number[] {
  const since = forks === undefined ? NaN : proc.forks() - forks;
  if (since === 1) return [pgid];
  const pids = proc.pids();
  // A count that has not even risen for the leader is none: gVisor's is always 0.
  return since > 1 && pgid + since < proc.pidMax() ? pids.filter((pid) => pid >= pgid) : pids;
}

/** How many processes the system has started since boot; NaN where there is no `/proc`. */
export function forkCount(proc: ProcReader = linuxProc): number {
  return proc.forks();
}

/** When a process was started, in clock ticks since boot: with its pid, its identity. */
export function startTimeOf(pid: number, proc: ProcReader = linuxProc): string | undefined {
  return parseStat(proc.stat(pid))?.startTime;
}

/** The pipes or sockets that a process has for stdout and stderr. A file or a device may be shared with strangers. */
export function outputPipes(pid: number, proc: ProcReader = linuxProc): readonly string[] {
  return [1, 2]
    .map((descriptor) => proc.opened(pid, descriptor) ?? '')
    .filter((opened) => /^(pipe|socket):/.test(opened));
}

export const linuxProc: ProcReader = {
  pids: procPids,
  forks: () => numberIn('/proc/stat', /^processes (\d+)$/m),
  pidMax: () => numberIn('/proc/sys/kernel/pid_max', /^(\d+)$/m),
  stat: (pid) => read(pid, 'stat', ['ENOENT', 'ESRCH']),
  // EACCES: another user's, and so none of ours.
  environ: (pid) => read(pid, 'environ', ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']),
  opened: (pid, descriptor) => {
    try {
      return readlinkSync(`/proc/${String(pid)}/fd/${String(descriptor)}`);
    } catch {
      return undefined;
    }
  },
};

function numberIn(path: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1]);
  } catch {
    return NaN;
  }
}

/** Undefined for the expected failures. Others are thrown: what cannot be seen must not be taken for gone. */
function read(pid: number, file: string, expected: readonly string[]): string | undefined {
  try {
    // As UTF-8, which Node reads in one call; bytes that are none stand in names only, or in values of no concern.
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch (error) {
    if (expected.includes(describeError(error).code)) return undefined;
    throw error;
  }
}

function parseStat(stat: string | undefined) {
  const fields = stat === undefined ? undefined : procFields(stat);
  const [state, parent, group, session] = fields ?? [];
  const startTime = fields?.[19];
  return state === undefined || group === undefined || startTime === undefined
    ? undefined
    : { state, parent: Number(parent), group: Number(group), session: Number(session), startTime };
}

function hasCookie(environ: string | undefined, cookie: string): boolean {
  return environ !== undefined && `\0${environ}\0`.includes(`\0${cookie}\0`);
}
