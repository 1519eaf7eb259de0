import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { catchError, defer, from, map, type Observable, of, switchMap } from 'rxjs';
import type { ProcessSample, TreeSample } from '../model/status.js';
import { newestPid, procFields, procPids } from './procfs.js';

/** A process of the system's, and to whom it belongs. */
export interface SystemProcess extends ProcessSample {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

export interface ProcessList {
  /** The numbers of all that there are. */
  readonly pids: readonly number[];
  readonly processes: readonly SystemProcess[];
}

/** How long, in ms, a process that belongs to no tree is believed to belong to none. */
const BELIEF = 60_000;

/**
 * Looks at trees of processes: all at the same list, as long as that is young enough. To read what a process uses takes
 * 30 to 60 µs; strangers, most of those on a machine, are read once a minute only.
 */
export function processSampler(
  list: (without: ReadonlySet<number>) => ProcessList = linuxProcesses,
  now: () => number = () => performance.now(),
  newest: () => number | undefined = newestPid,
): (pid: number, maxAge: number) => Observable<TreeSample | undefined> {
  const asked = new Map<number, number>();
  let at = -Infinity;
  let believedSince = -Infinity;
  let unrelated: ReadonlySet<number> = new Set();
  let last: number | undefined;
  let processes: readonly SystemProcess[] = [];
  return process.platform === 'linux' || list !== linuxProcesses ? sample$ : leader$;

  function sample$(pid: number, maxAge: number): Observable<TreeSample | undefined> {
    return defer(() => {
      // Among the strangers may be what belongs to one who was not asked for so far.
      const known = asked.has(pid);
      asked.set(pid, now());
      if (!known || now() - at >= maxAge) read(known && now() - believedSince < BELIEF);
      const tree = treeOf(pid, processes);
      if (tree.length === 0) asked.delete(pid);
      return of(tree.length === 0 ? undefined : { at, processes: tree });
    });
  }

  function read(believing: boolean): void {
    if (!believing) {
      unrelated = new Set();
      believedSince = now();
      for (const [pid, time] of asked) if (now() - time > BELIEF) asked.delete(pid);
    }
    const next = newest();
    // Numbers given since the last look may be those of strangers that have ended meanwhile.
    const isOld = isOlder(last, next);
    last = next;
    const read = list(new Set([...unrelated].filter(isOld)));
    ({ processes } = read);
    at = now();
    const related = new Set([...asked.keys()].flatMap((pid) => treeOf(pid, processes).map((process) => process.pid)));
    // A number that is not there is forgotten: the next one who bears it may be anybody.
    unrelated = new Set(read.pids.filter((pid) => !related.has(pid)));
  }
}

/**
 * Which numbers were given before a look, by the newest number then and now: they are given in order, and from the beginning again
 * after the last.
 */
function isOlder(last: number | undefined, next: number | undefined): (pid: number) => boolean {
  if (last === undefined || next === undefined) return () => true;
  return last <= next ? (pid) => pid <= last || pid > next : (pid) => pid <= last && pid > next;
}

/** The group that the process leads, and whatever descends from it. */
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

/** Where there is no /proc: the process alone. */
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

/** AT_PAGESZ and AT_CLKTCK of getauxval(3). */
const PAGE_SIZE = 6;
const TICKS_PER_SECOND = 17;

let units: { readonly page: number; readonly tick: number } | undefined;

/** The processes that live, with what they use, but for those to be left out; and the numbers of all. proc_pid_stat(5) */
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

/** Undefined: it has gone. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    // As UTF-8, which Node reads in one call.
    return procFields(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A page in bytes and a tick in ms, as the kernel tells every program: pairs of words. proc_pid_auxv(5) */
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
