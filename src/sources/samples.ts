import { defer, from, map, type Observable, of, switchMap, catchError } from 'rxjs';
import { linuxProcesses } from './linuxProcesses.js';
import { newestPid } from './newestPid.js';

/** A tree of processes at a moment, `at`, in ms of a clock that is never set. */
export interface TreeSample {
  readonly at: number;
  readonly processes: readonly ProcessSample[];
}

export interface ProcessSample {
  /** The process itself, whoever bears its number later. */
  readonly id: string;
  /** How many ms of a core it has used so far. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
}

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
