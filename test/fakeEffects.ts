import { EventEmitter } from 'node:events';
import { basename, dirname } from 'node:path';
import {
  asapScheduler,
  asyncScheduler,
  concat,
  defer,
  EMPTY,
  identity,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  Subject,
  throwError,
  timer,
} from 'rxjs';
import type { Effects, FileChange, FileEffects, ManagerProcess, ProbeTarget, TreeSample } from '../src/index.js';
import { exitPhases } from '../src/system/exitPhases.js';
import type {
  Wire,
  WireListener,
  ProcessEvent,
  Launch,
  OutputReading,
  SpawnedProcess,
} from '../src/model/spawnedProcess.js';

/** A child that only seems to run. Its clock is `asyncScheduler`: virtual inside `TestScheduler.run`. */
export interface FakeChild {
  readonly pid: number;
  readonly launch: Launch;
  /** What was sent to its group while it lived. */
  readonly signals: readonly NodeJS.Signals[];
  readonly sent: readonly unknown[];
  readonly alive: () => boolean;
  /** Whether its pipes are not being read. */
  readonly paused: () => boolean;
  /** How often all that its pipes held was read at once. */
  readonly drains: () => number;
  readonly happen: (event: ProcessEvent) => void;
  readonly say: (text: string, stream?: 'stdout' | 'stderr') => void;
  readonly exit: (code: number | null, signal?: NodeJS.Signals | null) => void;
  /** What a signal does, and whether there is IPC: to be set. Default: it ends by the signal; no. */
  onSignal: (signal: NodeJS.Signals) => void;
  connected: boolean;
  /** Whether the pipe closes with the leader. Default: yes. */
  closesPipe: boolean;
  /** Whether the group is empty once the leader has gone. Default: yes. */
  leavesGroup: boolean;
  /** Whether its wire stays open when it exits. Default: no. */
  keepsWire: boolean;
  /** Its end of the wire, if it was given one. */
  readonly wire: FakeWire | undefined;
}

/** A wire on which bytes arrive as they are written. */
export interface FakeWire {
  /** To be set: what it does about what the manager writes. */
  onBytes: (bytes: Buffer) => void;
  readonly write: (bytes: Uint8Array) => void;
  readonly close: () => void;
}

/** A disk whose failures can be switched on. */
export interface FakeDisk {
  /** The code that opening or writing fails with, now. */
  openError: string | undefined;
  writeError: string | undefined;
  /** The bytes one write takes at most. */
  atMost: number;
  /** How many ms a write takes; undefined: it is done before the call returns. */
  delay: number | undefined;
  statError: string | undefined;
  renameError: string | undefined;
  removeError: string | undefined;
  syncError: string | undefined;
  gzipError: string | undefined;
  /** How many ms compressing takes. */
  gzipDelay: number;
  readonly text: (path: string) => string;
  /** Puts a file there that was last written at `mtime`, in ms since the epoch. */
  readonly put: (path: string, text: string, mtime: number) => void;
  readonly truncate: (path: string, text: string) => void;
  readonly names: () => string[];
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Whether its files are regular ones. */
  regular: boolean;
  /** Where another process is at work. */
  readonly locked: Set<string>;
  readonly descriptors: () => number;
  readonly opened: string[];
  /** What stood in a file each time it was synced. */
  readonly synced: string[];
}

export interface FakeWorld {
  readonly effects: Effects;
  readonly children: readonly FakeChild[];
  readonly disk: FakeDisk;
  readonly host: FakeHost;
  readonly looks: FakeLooks;
  /** The groups that have a live member. */
  readonly alive: () => readonly FakeChild[];
}

/** What triggers look at. */
export interface FakeLooks {
  readonly change$: Subject<FileChange>;
  /** What is being watched: paths, and whether one of them is ignored. */
  readonly watched: { readonly paths: readonly string[]; readonly isIgnored: (path: string) => boolean }[];
  /** To be set: emits when all is being watched, or fails. Default: at once. */
  watching$: Observable<unknown>;
  /** To be set: how a target answers. Default: at once, and well. */
  check$: (target: ProbeTarget) => Observable<never>;
  /** To be set: what a child uses. Default: nothing. */
  sample$: (pid: number) => Observable<TreeSample | undefined>;
}

export interface FakeHost extends ManagerProcess {
  /** What was written to the manager's own streams. */
  readonly printed: { readonly stdout: string[]; readonly stderr: string[] };
  /** The error that writing to them ends in. */
  printError: Error | undefined;
  readonly streams: { readonly stdout: EventEmitter; readonly stderr: EventEmitter };
  /** A signal, or another event of the process. */
  readonly raise: (event: string, ...args: unknown[]) => void;
}

/** @param live what a child does once it runs; @param fail the error a spawn throws or, `late`, reports */
export function fakeWorld(
  live: (child: FakeChild) => void = () => undefined,
  fail: (attempt: number) => { readonly code: string; readonly late?: boolean } | undefined = () => undefined,
): FakeWorld {
  const children: FakeChild[] = [];
  const { disk, ...diskEffects } = fakeDisk();
  const host = fakeHost();
  const looks: FakeLooks = {
    change$: new Subject(),
    watched: [],
    watching$: of(true),
    check$: () => EMPTY,
    sample$: () => of({ at: asyncScheduler.now(), processes: [] }),
  };
  let attempts = 0;
  const leading = (pgid: number): FakeChild | undefined => children.find(({ pid }) => pid === pgid);
  const groupAlive = (pgid: number): boolean => {
    const leader = leading(pgid);
    return leader !== undefined && (leader.alive() || leader.leavesGroup);
  };
  const effects: Effects = {
    spawn: (launch, { pause$, raw }) => {
      attempts += 1;
      const failure = fail(attempts);
      if (failure !== undefined) return failing(failure);
      const { child, process } = fakeChild(1_000 + attempts, launch, { pause$, raw }, live);
      children.push(child);
      return process;
    },
    kill: (pid, signal) => {
      const child = leading(-pid);
      if (child === undefined || !groupAlive(-pid)) throw coded('ESRCH');
      if (signal === 'SIGKILL') child.leavesGroup = false;
      record(child.signals, signal);
      if (child.alive()) {
        if (signal === 'SIGKILL') child.exit(null, 'SIGKILL');
        else child.onSignal(signal);
      }
    },
    liveProcesses: ({ pgid }) => (groupAlive(pgid) ? [{ pid: pgid, inGroup: true }] : []),
    daemons: () => [],
    cookie: () => `RXVISOR_fake=${String(attempts + 1)}`,
    isExecutable: () => true,
    readText: () => {
      throw coded('ENOENT');
    },
    readEnvFile: () => {
      throw coded('ENOENT');
    },
    ...diskEffects,
    changes$: (paths, isIgnored) =>
      new Observable((subscriber) => {
        const entry = { paths, isIgnored };
        looks.watched.push(entry);
        subscriber.add(
          merge(looks.watching$.pipe(map((): FileChange => ({ type: 'watching' }))), looks.change$).subscribe(
            subscriber,
          ),
        );
        return () => looks.watched.splice(looks.watched.indexOf(entry), 1);
      }),
    check$: (target) => looks.check$(target),
    sample$: (pid) => looks.sample$(pid),
    queued$: identity,
    logs: new Map(),
    process: host,
    exit: exitPhases(host),
  };
  return { effects, children, disk, host, looks, alive: () => children.filter(({ pid }) => groupAlive(pid)) };
}

function failing({ code, late = false }: { readonly code: string; readonly late?: boolean }): SpawnedProcess {
  if (!late) throw coded(code);
  return {
    pid: undefined,
    startTime: undefined,
    processEvent$: timer(0).pipe(map((): ProcessEvent => ({ type: 'error', error: coded(code) }))),
    connected: () => false,
    send: () => undefined,
    drainOutput: () => undefined,
    closeOutput: () => undefined,
    release: () => undefined,
  };
}

function fakeChild(
  pid: number,
  launch: Launch,
  { pause$, raw }: Pick<OutputReading, 'pause$' | 'raw'>,
  live: (child: FakeChild) => void,
): { readonly child: FakeChild; readonly process: SpawnedProcess } {
  const events$ = new Subject<ProcessEvent>();
  const wired = launch.wire === true ? fakeWire() : undefined;
  const sent: unknown[] = [];
  let alive = true;
  let paused = false;
  let drains = 0;
  let drained = false;
  const happen = (event: ProcessEvent): void => {
    events$.next(event);
  };
  const drain = (): void => {
    if (drained) return;
    drained = true;
    happen({ type: 'drained' });
  };
  const child: FakeChild = {
    pid,
    launch,
    signals: [],
    sent,
    alive: () => alive,
    paused: () => paused,
    drains: () => drains,
    happen,
    say: (text, stream = 'stdout') => {
      if (raw) happen({ type: 'bytes', stream, chunks: [Buffer.from(text)], cut: 0 });
      else happen({ type: 'output', stream, text, cut: 0 });
    },
    exit: (code, signal = null) => {
      if (!alive) return;
      alive = false;
      if (!child.keepsWire) wired?.end.close();
      concat(
        timer(0).pipe(
          map(() => {
            happen({ type: 'exit', code, signal });
          }),
        ),
        timer(0).pipe(
          map(() => {
            if (child.closesPipe) drain();
          }),
        ),
      ).subscribe();
    },
    onSignal: (signal) => {
      child.exit(null, signal);
    },
    connected: launch.ipc !== false,
    closesPipe: true,
    leavesGroup: false,
    keepsWire: false,
    wire: wired?.end,
  };
  const process: SpawnedProcess = {
    pid,
    startTime: '1',
    wire: wired?.wire,
    processEvent$: defer(() => {
      const reading = pause$.subscribe((pause) => (paused = pause));
      timer(0).subscribe(() => {
        happen({ type: 'spawn' });
        live(child);
      });
      return events$.pipe(
        map((event) => {
          if (event.type === 'drained') reading.unsubscribe();
          return event;
        }),
      );
    }),
    connected: () => child.connected && alive,
    send: (message, _handle, onResult) => {
      if (typeof message === 'bigint') throw new TypeError('Do not know how to serialize a BigInt');
      sent.push(message);
      onResult?.(undefined);
    },
    drainOutput: () => {
      drains += 1;
    },
    closeOutput: () => {
      timer(0).subscribe(drain);
    },
    release: () => undefined,
  };
  return { child, process };
}

function fakeWire(): { readonly wire: Wire; readonly end: FakeWire } {
  let listener: WireListener | undefined;
  let open = true;
  const end: FakeWire = {
    onBytes: () => undefined,
    write: (bytes) => {
      if (open) listener?.onBytes(Buffer.from(bytes));
    },
    close: () => {
      if (!open) return;
      open = false;
      timer(0).subscribe(() => listener?.onClose());
    },
  };
  const wire: Wire = {
    write: (chunks) => {
      if (open) end.onBytes(Buffer.concat(chunks));
      return true;
    },
    listen: (given) => (listener = given),
    soon: (work) => void asapScheduler.schedule(work),
    close: end.close,
  };
  return { wire, end };
}

interface FakeFile {
  readonly id: string;
  chunks: Buffer[];
  mtime: number;
}

function fakeDisk(): FileEffects & { readonly disk: FakeDisk } {
  const files = new Map<string, FakeFile>();
  const open = new Map<number, FakeFile>();
  let lastFd = 2;
  let lastId = 0;
  const at = (path: string): FakeFile => {
    const file = files.get(path);
    if (file === undefined) throw coded('ENOENT');
    return file;
  };
  const made = (): FakeFile => ({ id: String((lastId += 1)), chunks: [], mtime: asyncScheduler.now() });
  const done$ = (code: string | undefined, work: () => void): Observable<void> =>
    defer(() => {
      if (code !== undefined) throw coded(code);
      work();
      return of(undefined);
    });
  const disk: FakeDisk = {
    openError: undefined,
    writeError: undefined,
    statError: undefined,
    renameError: undefined,
    removeError: undefined,
    syncError: undefined,
    gzipError: undefined,
    gzipDelay: 0,
    atMost: Infinity,
    regular: true,
    locked: new Set(),
    delay: undefined,
    text: (path) => Buffer.concat(files.get(path)?.chunks ?? []).toString(),
    put: (path, text, mtime) => void files.set(path, { ...made(), chunks: [Buffer.from(text)], mtime }),
    truncate: (path, text) => void (at(path).chunks = [Buffer.from(text)]),
    names: () => [...files.keys()].sort(),
    rename: (from, to) => {
      files.set(to, files.get(from) ?? made());
      files.delete(from);
    },
    remove: (path) => void files.delete(path),
    descriptors: () => open.size,
    opened: [],
    synced: [],
  };
  const opened = (file: FakeFile): number => {
    lastFd += 1;
    open.set(lastFd, file);
    return lastFd;
  };
  const openAs = (file: FakeFile): Observable<number> => of(opened(file));
  return {
    disk,
    open$: (path) =>
      defer(() => {
        disk.opened.push(path);
        if (disk.openError !== undefined) return throwError(() => coded(disk.openError));
        const file = files.get(path) ?? made();
        files.set(path, file);
        return openAs(file);
      }),
    write$: (fd, chunks) =>
      concat(
        disk.delay === undefined ? EMPTY : timer(disk.delay).pipe(mergeMap(() => EMPTY)),
        defer(() => {
          if (disk.writeError !== undefined) return throwError(() => coded(disk.writeError));
          const file = open.get(fd);
          if (file === undefined) return throwError(() => coded('EBADF'));
          const taken = Buffer.from(Buffer.concat(chunks).subarray(0, disk.atMost));
          file.chunks.push(taken);
          file.mtime = asyncScheduler.now();
          return of(taken.length);
        }),
      ),
    atExit: {
      open: (path) => {
        if (disk.openError !== undefined) throw coded(disk.openError);
        const file = files.get(path) ?? made();
        files.set(path, file);
        return opened(file);
      },
      write: (fd, chunks) => {
        if (disk.writeError !== undefined) throw coded(disk.writeError);
        const taken = Buffer.from(Buffer.concat(chunks).subarray(0, disk.atMost));
        open.get(fd)?.chunks.push(taken);
        return taken.length;
      },
      sync: (fd) => {
        if (disk.syncError !== undefined) throw coded(disk.syncError);
        disk.synced.push(Buffer.concat(open.get(fd)?.chunks ?? []).toString());
      },
      size: (fd) => Buffer.concat(open.get(fd)?.chunks ?? []).length,
    },
    close$: (fd) =>
      defer(() => {
        if (!open.delete(fd)) return throwError(() => coded('EBADF'));
        return of(undefined);
      }),
    sync$: (fd) =>
      done$(disk.syncError, () => {
        disk.synced.push(Buffer.concat(open.get(fd)?.chunks ?? []).toString());
      }),
    stat$: (file) =>
      defer(() => {
        if (disk.statError !== undefined) throw coded(disk.statError);
        const found = typeof file === 'number' ? open.get(file) : at(file);
        if (found === undefined) throw coded('EBADF');
        return of({
          size: Buffer.concat(found.chunks).length,
          mtime: found.mtime,
          id: found.id,
          regular: disk.regular,
        });
      }),
    list$: (folder) =>
      defer(() => of([...files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)))),
    real$: (path) => of(path),
    standardStream: (path) => (({ '/dev/stdout': 'stdout', '/dev/stderr': 'stderr' }) as const)[path],
    exclusive$: (path, work$) => (disk.locked.has(path) ? EMPTY : work$),
    rename$: (from, to) =>
      done$(disk.renameError, () => {
        at(from);
        disk.rename(from, to);
      }),
    remove$: (path) =>
      done$(disk.removeError, () => {
        at(path);
        disk.remove(path);
      }),
    gzip$: (from, to) =>
      new Observable((subscriber) => {
        files.set(to, made());
        let whole = false;
        const work = timer(disk.gzipDelay)
          .pipe(
            mergeMap(() => done$(disk.gzipError, () => at(to).chunks.push(Buffer.from(`gzip of ${disk.text(from)}`)))),
          )
          .subscribe({
            next: () => {
              whole = true;
              subscriber.next();
              subscriber.complete();
            },
            error: (error: unknown) => {
              subscriber.error(error);
            },
          });
        return () => {
          work.unsubscribe();
          if (!whole) files.delete(to);
        };
      }),
    gunzip$: (path) => defer(() => of(Buffer.from(Buffer.concat(at(path).chunks).toString().replace('gzip of ', '')))),
    openRead$: (path) => defer(() => openAs(at(path))),
    read$: (fd, position, length) =>
      defer(() => {
        const file = open.get(fd);
        if (file === undefined) throw coded('EBADF');
        return of(Buffer.concat(file.chunks).subarray(position, position + length));
      }),
  };
}

function fakeHost(): FakeHost {
  const emitter = new EventEmitter();
  const streams = { stdout: new EventEmitter(), stderr: new EventEmitter() };
  const printed = { stdout: [] as string[], stderr: [] as string[] };
  const streamOf = (name: 'stdout' | 'stderr') => ({
    write: (text: string, done: (error?: Error) => void): boolean => {
      printed[name].push(text);
      const error = host.printError;
      timer(0).subscribe(() => {
        done(error);
        if (error !== undefined) streams[name].emit('error', error);
      });
      return true;
    },
    once: streams[name].once.bind(streams[name]),
    listenerCount: streams[name].listenerCount.bind(streams[name]),
  });
  // Node's overloads cannot be written by hand.
  const host = {
    on: emitter.on.bind(emitter),
    off: emitter.off.bind(emitter),
    versions: process.versions,
    raise: emitter.emit.bind(emitter),
    prependListener: emitter.prependListener.bind(emitter),
    listeners: emitter.listeners.bind(emitter),
    listenerCount: emitter.listenerCount.bind(emitter),
    kill: () => true,
    exit: () => undefined,
    pid: 2,
    env: { PATH: '/bin' },
    execPath: '/bin/node',
    emitWarning: () => undefined,
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    printed,
    printError: undefined,
    streams,
  } as unknown as FakeHost;
  return host;
}

/** What was seen, kept for the test to read; those who use the world only see it as read-only. */
function record<T>(list: readonly T[], value: T): void {
  (list as T[]).push(value);
}

/** An error of the system's. */
export function coded(code = 'EIO'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: it failed`), { code });
}
