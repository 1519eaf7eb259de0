import type { Effects } from '../model/effects.js';
import type { LiveProcess, RunIdentity } from '../model/spawnedProcess.js';
import { linuxProc, liveProcessStat, outputPipes, type ProcessStat, type ProcReader } from '../system/procfs.js';

/** How to recognise a daemon. */
export interface Evidence {
  /** Whether an environment without variables is evidence, too. */
  readonly byEnvironment: boolean;
  /** The leaders of all runs of this manager. Processes in their groups and sessions belong to those runs. */
  readonly leaders?: Pick<ReadonlySet<number>, 'has'>;
}

/**
 * The processes of a run that are alive: the members of its group, and processes that left the group but are in its session or
 * have its cookie.
 *
 * - A child leads a session. A process gets into a session only by a fork, so all members belong to the run.
 * - A zombie (state Z or X) is not alive. `kill(2)` counts it, and if PID 1 does not reap, the zombie stays for ever.
 * - The system reuses pids, so start times are compared. A process older than the run does not belong to it. If the pid of the
 *   leader belongs to a process with another start time, its group is not ours.
 *
 * proc_pid_stat(5), proc_pid_environ(5)
 */
export function liveProcesses(run: RunIdentity, proc: ProcReader = linuxProc): readonly LiveProcess[] {
  const { pgid, startTime, cookie, seen } = run;
  const living = candidatePids(run, proc).flatMap((pid) => liveProcessStat(pid, proc));
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
 * Signals the live processes of a run: its group with one call, and each process that left the group.
 *
 * It looks for live processes first: once the group is empty, another group may have its number.
 *
 * @param except `'group'`: do not signal the group. Default: signal all
 */
export function signalLiveProcesses(
  run: RunIdentity,
  signal: NodeJS.Signals,
  { kill, liveProcesses }: Pick<Effects, 'kill' | 'liveProcesses'>,
  except: 'none' | 'group' = 'none',
): void {
  const left = liveProcesses(run);
  const group = except === 'none' && left.some(({ inGroup }) => inGroup) ? [-run.pgid] : [];
  for (const pid of [...group, ...left.flatMap(({ pid, inGroup }) => (inGroup ? [] : [pid]))]) {
    try {
      kill(pid, signal);
    } catch {
      // ESRCH: it has ended. EPERM: it belongs to another user, and the next look still finds it.
    }
  }
}

/**
 * The pids of probable daemons of a run: processes outside its group and session, without its cookie.
 *
 * To become a daemon, a program forks, exits its first process and starts a session of its own. Its new parent is init or another
 * process that adopts orphans. So a probable daemon is younger than the run, its parent adopts the orphans of this manager, and
 * it has one of two marks:
 * - A pipe of this run is its stdout or stderr. Other processes get such a pipe only if it is passed to them (`systemd-run --pipe`).
 * - Its environment has no variables. `env -i` clears an environment. Some programs overwrite theirs to show a title: nginx,
 *   Postgres, Perl by `$0`. An unrelated process can have this mark too.
 *
 * proc_pid_environ(5), PR_SET_CHILD_SUBREAPER(2const)
 */
export function findDaemons(
  run: RunIdentity,
  manager: number,
  { byEnvironment, leaders = new Set() }: Evidence,
  proc: ProcReader = linuxProc,
): readonly number[] {
  const since = BigInt(run.startTime ?? 0);
  const outputs = new Set(run.outputs);
  const adopting = ancestors(manager, proc);
  return candidatePids(run, proc)
    .flatMap((pid) => liveProcessStat(pid, proc))
    .filter(({ pid, startTime }) => pid !== manager && pid !== run.pgid && BigInt(startTime) >= since)
    .filter(({ group, session }) => [group, session].every((id) => id !== run.pgid && !leaders.has(id)))
    .filter(({ pid, parent }) => {
      // A manager may adopt orphans itself (PR_SET_CHILD_SUBREAPER). Its other children have other pipes.
      if (outputs.size > 0 && (parent === manager || adopting.has(parent)) && holds(pid)) return true;
      return byEnvironment && adopting.has(parent) && !VARIABLE.test(proc.environ(pid) ?? 'A=');
    })
    .map(({ pid }) => pid);

  function holds(pid: number): boolean {
    return outputPipes(pid, proc).some((output) => outputs.has(output));
  }
}

/**
 * The pids that may belong to a run. To read all of 75 processes takes 1 to 6 ms, as long as to start the next run, so this
 * excludes what it can:
 * - If the system has started only the leader since, only the leader can belong to the run.
 * - The system gives pids in rising order. Until they start from the bottom again, pids below the leader's are older.
 *
 * `processes` in proc_stat(5), pid_max in proc_sys_kernel(5)
 */
function candidatePids({ pgid, forks }: RunIdentity, proc: ProcReader): readonly number[] {
  const since = forks === undefined ? NaN : proc.forks() - forks;
  if (since === 1) return [pgid];
  const pids = proc.pids();
  // A count that does not rise when the leader starts is unusable: in gVisor it is always 0.
  return since > 1 && pgid + since < proc.pidMax() ? pids.filter((pid) => pid >= pgid) : pids;
}

function hasCookie(environ: string | undefined, cookie: string): boolean {
  return environ !== undefined && `\0${environ}\0`.includes(`\0${cookie}\0`);
}

/** Matches a variable in an environment, except those that a shell sets itself when its environment is empty. */
const VARIABLE = /(^|\0)(?!(PWD|OLDPWD|SHLVL|_)=)[A-Za-z_]\w*=/;

/** All ancestors of a process, PID 1 included. */
function ancestors(pid: number, proc: ProcReader): ReadonlySet<number> {
  const found = new Set<number>([1]);
  let [process]: readonly ProcessStat[] = liveProcessStat(pid, proc);
  while (process !== undefined && process.parent > 0 && found.size < 1_000) {
    found.add(process.parent);
    [process] = liveProcessStat(process.parent, proc);
  }
  return found;
}
