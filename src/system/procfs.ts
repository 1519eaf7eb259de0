import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describeError } from '../model/errors.js';

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

/**
 * The fields of a process from its state on: the program's name before it stands in parentheses and may hold any
 * character; what follows the last one is regular. proc_pid_stat(5)
 */
export function procFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The numbers of all processes there are. proc(5) */
export function procPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** The pid of the newest process; undefined where the system does not have it. proc_loadavg(5) */
export function newestPid(): number | undefined {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ')[4]);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether there is a process with this number, of whatever user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
