import type { Effects } from '../model/effects.js';
import type { LiveProcess, RunIdentity } from '../model/spawnedProcess.js';
import { linuxProc, liveProcessStat, outputPipes, type ProcessStat, type ProcReader } from '../system/procfs.js';

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

/**
 * Who may belong to the run: nobody else, if nothing but the leader was started since; and nobody below the leader as
 * long as numbers, which are given out in rising order, cannot have begun from the bottom again. To look at all of 75
 * processes takes 1 to 6 ms, as long as to start the next run. `processes` in proc_stat(5), pid_max in proc_sys_kernel(5).
 */
function candidatePids({ pgid, forks }: RunIdentity, proc: ProcReader): readonly number[] {
  const since = forks === undefined ? NaN : proc.forks() - forks;
  if (since === 1) return [pgid];
  const pids = proc.pids();
  // A count that has not even risen for the leader is none: gVisor's is always 0.
  return since > 1 && pgid + since < proc.pidMax() ? pids.filter((pid) => pid >= pgid) : pids;
}

function hasCookie(environ: string | undefined, cookie: string): boolean {
  return environ !== undefined && `\0${environ}\0`.includes(`\0${cookie}\0`);
}

/**
 * Signals what is left of a run: its group as one, and one by one those that left it. What is there is looked up
 * first: the number of a group that has gone may be a stranger's.
 */
export function signalLiveProcesses(
  mark: RunIdentity,
  signal: NodeJS.Signals,
  { kill, liveProcesses }: Pick<Effects, 'kill' | 'liveProcesses'>,
  sparing: 'nobody' | 'group' = 'nobody',
): void {
  const left = liveProcesses(mark);
  const group = sparing === 'nobody' && left.some(({ inGroup }) => inGroup) ? [-mark.pgid] : [];
  for (const pid of [...group, ...left.flatMap(({ pid, inGroup }) => (inGroup ? [] : [pid]))]) {
    try {
      kill(pid, signal);
    } catch {
      // ESRCH: it has ended meanwhile. EPERM: it belongs to another user, and is seen to live on.
    }
  }
}

/** What tells a daemon from a stranger. */
export interface Evidence {
  /** Whether an environment without variables counts, too. */
  readonly byEnvironment: boolean;
  /** The leaders of all runs of this manager. What is in a group or session of theirs belongs to them. */
  readonly leaders?: ReadonlySet<number>;
}

/** The first entry of an environment, or a later one, but for what a shell sets if it is given none. */
const VARIABLE = /(^|\0)(?!(PWD|OLDPWD|SHLVL|_)=)[A-Za-z_]\w*=/;

/**
 * What seems to be a daemon that a run has left behind, beyond its group and session and without its cookie.
 *
 * A daemon forks, ends the process that was started and gets a session of its own; init, or another process that adopts
 * orphans, becomes its parent. So these are processes that began after the run did, whose parent adopts the orphans of this
 * manager, and that have one of two marks:
 * - a pipe of this run as stdout or stderr. Others can get it only from a descriptor that is passed on (`systemd-run --pipe`);
 * - no variable in the environment. `env -i` clears it; some programs write over it, to show a title: nginx, Postgres, `$0`
 *   of Perl. A stranger can look the same.
 *
 * proc_pid_environ(5), PR_SET_CHILD_SUBREAPER(2const)
 */
export function findDaemons(
  mark: RunIdentity,
  manager: number,
  { byEnvironment, leaders = new Set() }: Evidence,
  proc: ProcReader = linuxProc,
): readonly number[] {
  const since = BigInt(mark.startTime ?? 0);
  const outputs = new Set(mark.outputs);
  const adopting = ancestors(manager, proc);
  return candidatePids(mark, proc)
    .flatMap((pid) => liveProcessStat(pid, proc))
    .filter(({ pid, startTime }) => pid !== manager && pid !== mark.pgid && BigInt(startTime) >= since)
    .filter(({ group, session }) => [group, session].every((id) => id !== mark.pgid && !leaders.has(id)))
    .filter(({ pid, parent }) => {
      // A manager may adopt, too (PR_SET_CHILD_SUBREAPER); its other children have other pipes.
      if (outputs.size > 0 && (parent === manager || adopting.has(parent)) && holds(pid)) return true;
      return byEnvironment && adopting.has(parent) && !VARIABLE.test(proc.environ(pid) ?? 'A=');
    })
    .map(({ pid }) => pid);

  function holds(pid: number): boolean {
    return outputPipes(pid, proc).some((output) => outputs.has(output));
  }
}

/** The ancestors of a process, up to the first. */
function ancestors(pid: number, proc: ProcReader): ReadonlySet<number> {
  const found = new Set<number>([1]);
  let [process]: readonly ProcessStat[] = liveProcessStat(pid, proc);
  while (process !== undefined && process.parent > 0 && found.size < 1_000) {
    found.add(process.parent);
    [process] = liveProcessStat(process.parent, proc);
  }
  return found;
}
