import type { Observable } from 'rxjs';

/** Side effects on files. System errors are error notifications with the `code` of Node. */
export interface FileEffects {
  /** Opens a file for appending, and emits the descriptor. Creates the file and its folder, with permissions limited by `umask`. */
  readonly open$: (path: string, umask?: number) => Observable<number>;
  /** Writes all chunks with one call, and emits the number of bytes written. That may be only a part. */
  readonly write$: (fd: number, chunks: readonly Uint8Array[]) => Observable<number>;
  /** As fdatasync(2). */
  readonly sync$: (fd: number) => Observable<void>;
  readonly close$: (fd: number) => Observable<void>;
  /** @param file a path or an open descriptor */
  readonly stat$: (file: string | number) => Observable<FileStat>;
  /** The names of the regular files in a folder. */
  readonly list$: (folder: string) => Observable<readonly string[]>;
  /** As realpath(3). */
  readonly real$: (path: string) => Observable<string>;
  /** Which stream of this process a path leads to: `/dev/stdout`, for example. Undefined: none. */
  readonly standardStream: (path: string) => 'stdout' | 'stderr' | undefined;
  /** Does the work while no other process works on the same path. If one does, it completes without the work. */
  readonly exclusive$: <T>(path: string, work$: Observable<T>) => Observable<T>;
  readonly rename$: (from: string, to: string) => Observable<void>;
  readonly remove$: (path: string) => Observable<void>;
  /** Compresses a file into another. Unsubscribing cancels it and removes the other file. */
  readonly gzip$: (from: string, to: string) => Observable<void>;
  /** The content of a compressed file. */
  readonly gunzip$: (path: string) => Observable<Uint8Array>;
  /** Opens a file for reading, and emits the descriptor. After an unsubscription it closes the file instead. */
  readonly openRead$: (path: string) => Observable<number>;
  /** Reads up to `length` bytes from `position`. At the end of the file there are none. */
  readonly read$: (fd: number, position: number, length: number) => Observable<Uint8Array>;
  /** Synchronous calls for the exit of the process. System errors are thrown. */
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
  /** The time of the last write, in ms since the epoch. */
  readonly mtime: number;
  /** Identifies the file: it does not change with a rename. */
  readonly id: string;
  /** Whether it is a regular file: not a device, FIFO, socket or folder. */
  readonly regular: boolean;
}
