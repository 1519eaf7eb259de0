import {
  close,
  constants,
  createReadStream,
  createWriteStream,
  fdatasync,
  fdatasyncSync,
  fstat,
  fstatSync,
  open,
  read,
  readdir,
  realpath,
  rename,
  stat,
  statSync,
} from 'node:fs';
import { openSync, unlink, unlinkSync, writev, writevSync, type Dirent, type Stats } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { bindNodeCallback, map, Observable } from 'rxjs';
import { exclusive$ } from './sinks/alone$.js';
import { openFileSync } from './sinks/openFileSync.js';
import { openFile$ } from './sinks/openFile$.js';
import { standardStream } from './sinks/standardStream.js';
import { gunzip$ } from './sources/gunzip$.js';

/** What is done to files. Errors of the world are error notifications with Node's `code`. */
export interface FileEffects {
  /** Opens a file for appending, with its folder made; gives the descriptor. What is created gets no permission in `umask`. */
  readonly open$: (path: string, umask?: number) => Observable<number>;
  /** Writes once, all chunks as one; gives the number of bytes written, which may be fewer than there are. */
  readonly write$: (fd: number, chunks: readonly Uint8Array[]) => Observable<number>;
  /** Brings what has been written to the disk itself. */
  readonly sync$: (fd: number) => Observable<void>;
  readonly close$: (fd: number) => Observable<void>;
  /** Of a path, or of an open descriptor. */
  readonly stat$: (file: string | number) => Observable<FileStat>;
  /** The names of the regular files in a folder. */
  readonly list$: (folder: string) => Observable<readonly string[]>;
  /** Where a path leads to over all links. */
  readonly real$: (path: string) => Observable<string>;
  /** Which of this process's own streams a path leads to. */
  readonly standardStream: (path: string) => 'stdout' | 'stderr' | undefined;
  /** Does the work unless another process is at the same path; then it is empty. */
  readonly exclusive$: <T>(path: string, work$: Observable<T>) => Observable<T>;
  readonly rename$: (from: string, to: string) => Observable<void>;
  readonly remove$: (path: string) => Observable<void>;
  /** Compresses a file into another; unsubscribing gives up, and takes the other one away. */
  readonly gzip$: (from: string, to: string) => Observable<void>;
  /** What stands in a compressed file. */
  readonly gunzip$: (path: string) => Observable<Uint8Array>;
  /** Opens a file for reading; gives the descriptor, unless it was unsubscribed from before. */
  readonly openRead$: (path: string) => Observable<number>;
  /** Up to `length` bytes from `position`; none at the end of the file. */
  readonly read$: (fd: number, position: number, length: number) => Observable<Uint8Array>;
  /** The same as the process ends, when nothing comes back that has to be waited for. Errors of the world are thrown. */
  readonly atExit: {
    readonly open: (path: string, umask?: number) => number;
    readonly write: (fd: number, chunks: readonly Uint8Array[]) => number;
    readonly sync: (fd: number) => void;
    /** In bytes. */
    readonly size: (fd: number) => number;
  };
}

export interface FileStat {
  /** In bytes. */
  readonly size: number;
  /** When it was last written, in ms since the epoch. */
  readonly mtime: number;
  /** The file itself, whatever it is called. */
  readonly id: string;
  /** No device, FIFO, socket or folder. */
  readonly regular: boolean;
}

/** The real thing. */
export const fileEffects: FileEffects = {
  open$: openFile$,
  write$,
  sync$: bindNodeCallback(fdatasync),
  close$: bindNodeCallback(close),
  stat$: (file) => (typeof file === 'number' ? fstat$(file) : stat$(file)).pipe(map(fileStat)),
  list$: bindNodeCallback((folder: string, done: Done<readonly string[]>) => {
    readdir(folder, { withFileTypes: true }, (error, entries) => {
      if (error) done(error, []);
      else done(null, namesOf(entries.filter((entry) => entry.isFile())));
    });
  }),
  real$: bindNodeCallback((path: string, done: Done<string>) => {
    realpath(path, done);
  }),
  standardStream,
  exclusive$,
  rename$: bindNodeCallback(rename),
  remove$: bindNodeCallback(unlink),
  gzip$,
  gunzip$: (path) => gunzip$(path),
  openRead$,
  read$: bindNodeCallback((fd: number, position: number, length: number, done: Done<Uint8Array>) => {
    read(fd, Buffer.allocUnsafeSlow(length), 0, length, position, (error, count, bytes) => {
      done(error, bytes.subarray(0, count));
    });
  }),
  atExit: {
    open: openFileSync,
    write: (fd, chunks) => writevSync(fd, chunks),
    sync: fdatasyncSync,
    size: (fd) => fstatSync(fd).size,
  },
};

// Of Node's overloads, the ones that are meant, in the form that bindNodeCallback reads.

type Done<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

const stat$ = bindNodeCallback((path: string, done: Done<Stats>) => {
  stat(path, done);
});
const fstat$ = bindNodeCallback((fd: number, done: Done<Stats>) => {
  fstat(fd, done);
});

function namesOf(entries: readonly Dirent[]): readonly string[] {
  return entries.map(({ name }) => name);
}

function fileStat(stats: Stats): FileStat {
  const { size, mtimeMs, dev, ino } = stats;
  return { size, mtime: mtimeMs, id: `${String(dev)}:${String(ino)}`, regular: stats.isFile() };
}

/** The one that is called for each block of a flood: bindNodeCallback, with its subject for each call, takes twice as long. */
function write$(fd: number, chunks: readonly Uint8Array[]): Observable<number> {
  return new Observable((subscriber) => {
    writev(fd, chunks, (error, written) => {
      if (error) {
        subscriber.error(error);
      } else {
        subscriber.next(written);
        subscriber.complete();
      }
    });
  });
}

function gzip$(from: string, to: string): Observable<void> {
  return new Observable((subscriber) => {
    let done = false;
    // Opened here and now: what is opened later may come after the end.
    // Who may not read the log may not read it compressed either.
    const target = createWriteStream(to, { fd: openSync(to, 'w', statSync(from).mode & 0o777) });
    pipeline(createReadStream(from), createGzip(), target, (error) => {
      done = !error;
      if (error) subscriber.error(error);
      else subscriber.next();
      subscriber.complete();
    });
    return () => {
      if (done) return;
      target.destroy();
      // Here and now: the process may be about to end.
      try {
        unlinkSync(to);
      } catch {
        // It had not been made yet, or cannot be taken away: the next rotation tries again.
      }
    };
  });
}

/** Not blocking: where somebody put a FIFO, open(2) would wait for a writer, and each such wait takes a thread. */
const READ = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

function openRead$(path: string): Observable<number> {
  return new Observable((subscriber) => {
    open(path, READ, (error, fd) => {
      if (error) {
        subscriber.error(error);
      } else if (subscriber.closed) {
        close(fd);
      } else {
        subscriber.next(fd);
        subscriber.complete();
      }
    });
  });
}
