import {
  close,
  constants,
  createReadStream,
  createWriteStream,
  type Dirent,
  fdatasync,
  fdatasyncSync,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readdir,
  realpath,
  rename,
  stat,
  type Stats,
  statSync,
  unlink,
  unlinkSync,
  writev,
  writevSync,
} from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { bindNodeCallback, map, NEVER, Observable } from 'rxjs';
import type { FileEffects, FileStat } from '../model/fileEffects.js';
import { openFile$, openFileSync, standardStream } from './openFile.js';
import { exclusive$ } from './pathLock.js';

const fstat$ = bindNodeCallback((fd: number, done: Done<Stats>) => {
  fstat(fd, done);
});

const stat$ = bindNodeCallback((path: string, done: Done<Stats>) => {
  stat(path, done);
});

/** Non-blocking: open(2) of a FIFO would wait for a writer, and block one of the few threads of Node's file work. */
const READ = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/** The real file effects, of `node:fs`. */
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

type Done<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

function namesOf(entries: readonly Dirent[]): readonly string[] {
  return entries.map(({ name }) => name);
}

function fileStat(stats: Stats): FileStat {
  const { size, mtimeMs, dev, ino } = stats;
  return { size, mtime: mtimeMs, id: `${String(dev)}:${String(ino)}`, regular: stats.isFile() };
}

/** Written by hand, because it is called for each block: bindNodeCallback makes a subject for each call and takes twice as long. */
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
    // Opened synchronously: an asynchronous open could complete after the unsubscription.
    // The compressed file gets the permissions of the log.
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
      // Synchronously: the process may be about to exit.
      try {
        unlinkSync(to);
      } catch {
        // The file does not exist, or cannot be removed. The next rotation tries again.
      }
    };
  });
}

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

/**
 * The decompressed content of a gzip file. Unsubscribing closes the file.
 *
 * @param pause$ the file is not read while the last value is true. Default: never paused
 */
export function gunzip$(path: string, pause$: Observable<boolean> = NEVER): Observable<Uint8Array> {
  return new Observable((subscriber) => {
    const source = createReadStream(path);
    const unpacked = pipeline(source, createGunzip(), (error) => {
      if (error) subscriber.error(error);
      else subscriber.complete();
    });
    unpacked.on('data', (bytes: Uint8Array) => {
      subscriber.next(bytes);
    });
    const pausing = pause$.subscribe({
      next: (pause) => (pause ? unpacked.pause() : unpacked.resume()),
      error: () => undefined,
    });
    return () => {
      pausing.unsubscribe();
      source.destroy();
      unpacked.destroy();
    };
  });
}
