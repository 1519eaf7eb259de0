import type { Observable } from 'rxjs';

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
