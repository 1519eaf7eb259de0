import { candidates, linuxProc, livingAt, type LivingProcess, type ProcReader, type RunMark } from './remains.js';

/** The first entry of an environment, or a later one. */
const VARIABLE = /(^|\0)[A-Za-z_]\w*=/;

/**
 * What seems to be a daemon that a run has left behind, beyond its group and without its cookie.
 *
 * A daemon forks, ends the process that was started and gets a session of its own; init, or another process that adopts
 * orphans, becomes its parent. Some then write over their environment, to show a title: nginx, Postgres, `$0` of Perl.
 * So these are the processes that began after the run did, whose parent adopts the orphans of this manager, and whose
 * environment holds no variable. A stranger can look the same. proc_pid_environ(5), PR_SET_CHILD_SUBREAPER(2const)
 */
export function daemons(mark: RunMark, manager: number, proc: ProcReader = linuxProc): readonly number[] {
  const since = BigInt(mark.startTime ?? 0);
  const adopting = ancestors(manager, proc);
  return candidates(mark, proc)
    .flatMap((pid) => livingAt(pid, proc))
    .filter(({ pid, group, startTime }) => pid !== manager && group !== mark.pgid && BigInt(startTime) >= since)
    .filter(({ pid, parent }) => adopting.has(parent) && !VARIABLE.test(proc.environ(pid) ?? 'A='))
    .map(({ pid }) => pid);
}

/** The ancestors of a process, up to the first. */
function ancestors(pid: number, proc: ProcReader): ReadonlySet<number> {
  const found = new Set<number>([1]);
  let [process]: readonly LivingProcess[] = livingAt(pid, proc);
  while (process !== undefined && process.parent > 0 && found.size < 1_000) {
    found.add(process.parent);
    [process] = livingAt(process.parent, proc);
  }
  return found;
}
