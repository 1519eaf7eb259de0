import { defer, from, map, type Observable, of, switchMap, catchError } from 'rxjs';
import { linuxProcesses } from './linuxProcesses.js';

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

/** Looks at trees of processes: all at the same list, as long as that is young enough. */
export function samples(
  list: () => readonly SystemProcess[] = linuxProcesses,
  now: () => number = () => performance.now(),
): (pid: number, maxAge: number) => Observable<TreeSample | undefined> {
  let at = -Infinity;
  let processes: readonly SystemProcess[] = [];
  return process.platform === 'linux' || list !== linuxProcesses
    ? (pid, maxAge) =>
        defer(() => {
          if (now() - at >= maxAge) {
            processes = list();
            at = now();
          }
          const tree = treeOf(pid, processes);
          return of(tree.length === 0 ? undefined : { at, processes: tree });
        })
    : leader$;
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
