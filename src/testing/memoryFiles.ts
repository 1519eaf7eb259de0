import { basename, dirname, resolve } from 'node:path';
import { defer, map, type Observable, of, type SchedulerLike } from 'rxjs';
import type { FileEffects } from '../model/fileEffects.js';

/** Files in memory. The disk is not used. */
export interface MemoryFiles {
  readonly effects: FileEffects;
  /** The absolute paths, sorted. */
  readonly paths: () => readonly string[];
  /** The content of a file. @throws ENOENT; the message lists the existing files */
  readonly text: (path: string) => string;
  readonly append: (path: string, text: string) => void;
}

interface MemoryFile {
  readonly id: string;
  bytes: Buffer;
  mtime: number;
}

/** Makes an empty file system in memory. The scheduler gives the times of files. */
export function memoryFiles(scheduler: SchedulerLike): MemoryFiles {
  const files = new Map<string, MemoryFile>();
  const open = new Map<number, MemoryFile>();
  let lastId = 0;
  let lastFd = 2;

  return {
    paths: () => [...files.keys()].sort(),
    text: (path) => at(resolve(path)).bytes.toString(),
    append: (path, text) => {
      write(made(resolve(path)), [Buffer.from(text)]);
    },
    effects: {
      open$: (path) => defer(() => of(opened(made(path)))),
      openRead$: (path) => defer(() => of(opened(at(path)))),
      write$: (fd, chunks) => defer(() => of(write(held(fd), chunks))),
      read$: (fd, position, length) => defer(() => of(held(fd).bytes.subarray(position, position + length))),
      sync$: (fd) => done$(() => held(fd)),
      close$: (fd) =>
        done$(() => {
          held(fd);
          open.delete(fd);
        }),
      stat$: (file) =>
        defer(() => of(typeof file === 'number' ? held(file) : at(file))).pipe(
          map(({ id, bytes, mtime }) => ({ id, mtime, size: bytes.length, regular: true })),
        ),
      list$: (folder) => defer(() => of([...files.keys()].filter((path) => dirname(path) === folder).map(nameOf))),
      real$: (path) => of(path),
      standardStream: (path) => (path === '/dev/stdout' ? 'stdout' : path === '/dev/stderr' ? 'stderr' : undefined),
      exclusive$: (_, work$) => work$,
      rename$: (from, to) =>
        done$(() => {
          files.set(to, at(from));
          files.delete(from);
        }),
      remove$: (path) =>
        done$(() => {
          at(path);
          files.delete(path);
        }),
      atExit: {
        open: (path) => opened(made(path)),
        write: (fd, chunks) => write(held(fd), chunks),
        sync: held,
        size: (fd) => held(fd).bytes.length,
      },
      // Not compressed, so that a test can read it.
      gunzip$: (path) => defer(() => of(at(path).bytes)),
      gzip$: (from, to) =>
        done$(() => {
          const { bytes } = at(from);
          write(made(to), [bytes]);
        }),
    },
  };

  function at(path: string): MemoryFile {
    const file = files.get(path);
    if (file !== undefined) return file;
    const existing = files.size === 0 ? 'There are no files.' : `Existing files: ${[...files.keys()].join(', ')}.`;
    throw systemError('ENOENT', `open '${path}'. ${existing}`);
  }

  function made(path: string): MemoryFile {
    lastId += 1;
    const file = files.get(path) ?? { id: String(lastId), bytes: Buffer.alloc(0), mtime: scheduler.now() };
    files.set(path, file);
    return file;
  }

  function opened(file: MemoryFile): number {
    lastFd += 1;
    open.set(lastFd, file);
    return lastFd;
  }

  function held(fd: number): MemoryFile {
    const file = open.get(fd);
    if (file === undefined) throw systemError('EBADF', 'bad file descriptor');
    return file;
  }

  function write(file: MemoryFile, chunks: readonly Uint8Array[]): number {
    const added = Buffer.concat(chunks);
    file.bytes = Buffer.concat([file.bytes, added]);
    file.mtime = scheduler.now();
    return added.length;
  }
}

function done$(work: () => unknown): Observable<void> {
  return defer(() => {
    work();
    return of(undefined);
  });
}

function nameOf(path: string): string {
  return basename(path);
}

/** A system error, as Node makes it. */
export function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
