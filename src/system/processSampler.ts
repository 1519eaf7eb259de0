import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { catchError, defer, from, map, type Observable, of, switchMap } from 'rxjs';
import type { ProcessSample, TreeSample } from '../model/status.js';
import { newestPid, procFields, procPids } from './procfs.js';

/** A process of the system, with its parent and its group. */
export interface SystemProcess extends ProcessSample {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

export interface ProcessList {
  /** The pids of all processes. */
  readonly pids: readonly number[];
  /** The processes that were read. */
  readonly processes: readonly SystemProcess[];
}

/** How often unrelated processes are read again, in ms. */
const UNRELATED_MAX_AGE = 60_000;

/**
 * Samples process trees. All trees share one list of processes, which is read again when it is older than `maxAge` ms.
 *
 * To read one process takes 30 to 60 µs, and most processes of a machine are unrelated. So those are read only once a minute.
 *
 * @param list reads all processes but the given ones
 * @param now a clock, in ms
 * @param newest the pid of the newest process
 * @returns a function of a pid and `maxAge`. Its Observable emits undefined if the process does not exist
 */
export function processSampler(
  list: (without: ReadonlySet<number>) => ProcessList = linuxProcesses,
  now: () => number = () => performance.now(),
  newest: () => number | undefined = newestPid,
): (pid: number, maxAge: number) => Observable<TreeSample | undefined> {
  const lastAsked = new Map<number, number>();
  let at = -Infinity;
  let fullReadAt = -Infinity;
  let unrelated: ReadonlySet<number> = new Set();
  let last: number | undefined;
  let processes: readonly SystemProcess[] = [];
  return process.platform === 'linux' || list !== linuxProcesses ? sample$ : leader$;

  function sample$(pid: number, maxAge: number): Observable<TreeSample | undefined> {
    return defer(() => {
      // Processes of a new tree may be among the unrelated ones: read all.
      const known = lastAsked.has(pid);
      lastAsked.set(pid, now());
      if (!known || now() - at >= maxAge) read(known && now() - fullReadAt < UNRELATED_MAX_AGE);
      const tree = treeOf(pid, processes);
      if (tree.length === 0) lastAsked.delete(pid);
      return of(tree.length === 0 ? undefined : { at, processes: tree });
    });
  }

  function read(keepUnrelated: boolean): void {
    if (!keepUnrelated) {
      unrelated = new Set();
      fullReadAt = now();
      for (const [pid, time] of lastAsked) if (now() - time > UNRELATED_MAX_AGE) lastAsked.delete(pid);
    }
    const next = newest();
    // A new process may have the pid of an unrelated one that has ended.
    const isOld = isOlder(last, next);
    last = next;
    const read = list(new Set([...unrelated].filter(isOld)));
    ({ processes } = read);
    at = now();
    const related = new Set(
      [...lastAsked.keys()].flatMap((pid) => treeOf(pid, processes).map((process) => process.pid)),
    );
    // Only existing pids: the system may give the others to new processes.
    unrelated = new Set(read.pids.filter((pid) => !related.has(pid)));
  }
}

/**
 * Makes a predicate: whether a pid was given before the last look, by the newest pid then and now. The system gives pids in rising
 * order, and starts from the bottom again after the last.
 */
function isOlder(last: number | undefined, next: number | undefined): (pid: number) => boolean {
  if (last === undefined || next === undefined) return () => true;
  return last <= next ? (pid) => pid <= last || pid > next : (pid) => pid <= last && pid > next;
}

/** The process, the group that it leads, and all their descendants. */
function treeOf(pid: number, processes: readonly SystemProcess[]): readonly SystemProcess[] {
  const tree = new Map(
    processes
      .filter((process) => process.pid === pid || process.group === pid)
      .map((process) => [process.pid, process]),
  );
  for (let grown = tree.size > 0; grown;) {
    const children = processes.filter((process) => tree.has(process.parent) && !tree.has(process.pid));
    for (const child of children) tree.set(child.pid, child);
    grown = children.length > 0;
  }
  return [...tree.values()];
}

/** The sample of a process without its descendants, for systems without /proc. */
function leader$(pid: number): Observable<TreeSample | undefined> {
  return defer(() => from(import('pidusage'))).pipe(
    switchMap(async ({ default: look }) => look(pid)),
    map(({ ctime, memory, timestamp }) => ({
      at: timestamp,
      processes: [{ id: String(pid), cpu: ctime, rss: memory }],
    })),
    catchError(() => of(undefined)),
  );
}

/** The keys AT_PAGESZ and AT_CLKTCK of getauxval(3). */
const PAGE_SIZE = 6;
const TICKS_PER_SECOND = 17;

let units: { readonly page: number; readonly tick: number } | undefined;

/** Reads the live processes, except those in `without`, and the pids of all. proc_pid_stat(5) */
function linuxProcesses(without: ReadonlySet<number> = new Set()): ProcessList {
  units ??= readUnits();
  const { page, tick } = units;
  const pids = procPids();
  const processes = pids.flatMap((pid): SystemProcess[] => {
    const fields = without.has(pid) ? undefined : statOf(pid);
    const [state, parent, group] = fields ?? [];
    if (fields === undefined || state === 'Z' || state === 'X') return [];
    return [
      {
        pid,
        parent: Number(parent),
        group: Number(group),
        id: `${String(pid)}:${String(fields[19])}`,
        cpu: (Number(fields[11]) + Number(fields[12])) * tick,
        rss: Number(fields[21]) * page,
      },
    ];
  });
  return { pids, processes };
}

/** Undefined: the process has ended. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    // Node reads UTF-8 with one call.
    return procFields(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The size of a page in bytes and of a tick in ms. The kernel gives them to each program, as pairs of words. proc_pid_auxv(5) */
function readUnits(): { readonly page: number; readonly tick: number } {
  const bytes = readFileSync('/proc/self/auxv');
  const words = Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) =>
    Number(endianness() === 'LE' ? bytes.readBigUInt64LE(index * 8) : bytes.readBigUInt64BE(index * 8)),
  );
  const valueOf = (key: number): number | undefined => {
    const at = words.findIndex((word, index) => index % 2 === 0 && word === key);
    return at < 0 ? undefined : words[at + 1];
  };
  return { page: valueOf(PAGE_SIZE) ?? 4_096, tick: 1_000 / (valueOf(TICKS_PER_SECOND) ?? 100) };
}
