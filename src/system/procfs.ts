import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describeError } from '../model/errors.js';

/** Reads `/proc`. A result is undefined if the process has ended or belongs to another user. */
export interface ProcReader {
  readonly pids: () => readonly number[];
  /** Number of processes that the system has started since boot. NaN if unknown. */
  readonly forks: () => number;
  /** The upper limit of pids, exclusive. NaN if unknown. */
  readonly pidMax: () => number;
  readonly stat: (pid: number) => string | undefined;
  readonly environ: (pid: number) => string | undefined;
  /** The target of a descriptor, such as `socket:[4711]`. */
  readonly opened: (pid: number, descriptor: number) => string | undefined;
}

/** A live process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** In clock ticks since boot. */
  readonly startTime: string;
}

/** The process with this pid. Empty if it is not alive. */
export function liveProcessStat(pid: number, proc: ProcReader): readonly ProcessStat[] {
  const stat = parseStat(proc.stat(pid));
  return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? [] : [{ pid, ...stat }];
}

/** Number of processes that the system has started since boot. NaN without `/proc`. */
export function forkCount(proc: ProcReader = linuxProc): number {
  return proc.forks();
}

/** The start time of a process, in clock ticks since boot. With the pid it identifies the process. */
export function startTimeOf(pid: number, proc: ProcReader = linuxProc): string | undefined {
  return parseStat(proc.stat(pid))?.startTime;
}

/** The pipes and sockets that are stdout and stderr of a process. Files and devices do not count: any process may share them. */
export function outputPipes(pid: number, proc: ProcReader = linuxProc): readonly string[] {
  return [1, 2]
    .map((descriptor) => proc.opened(pid, descriptor) ?? '')
    .filter((opened) => /^(pipe|socket):/.test(opened));
}

/** The `/proc` of this system. */
export const linuxProc: ProcReader = {
  pids: procPids,
  forks: () => numberIn('/proc/stat', /^processes (\d+)$/m),
  pidMax: () => numberIn('/proc/sys/kernel/pid_max', /^(\d+)$/m),
  stat: (pid) => read(pid, 'stat', ['ENOENT', 'ESRCH']),
  // EACCES: it belongs to another user, so not to a run of this manager.
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

/** Undefined for the expected errors. Others are thrown: a process that cannot be read must not count as ended. */
function read(pid: number, file: string, expected: readonly string[]): string | undefined {
  try {
    // Node reads UTF-8 with one call. Invalid bytes occur only in names, and in values that are not used here.
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

/**
 * The fields of `/proc/PID/stat` from the third (the state) on. The second field, the name in parentheses, may contain any
 * character, so the fields are counted from the last parenthesis. proc_pid_stat(5)
 */
export function procFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The pids of all processes. proc(5) */
export function procPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** The pid of the newest process. Undefined if unknown. proc_loadavg(5) */
export function newestPid(): number | undefined {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ')[4]);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process with this pid exists, of any user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
