import {
  candidatePids,
  linuxProc,
  liveProcessStat,
  type ProcessStat,
  outputPipes,
  type ProcReader,
  type RunIdentity,
} from './remains.js';

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
