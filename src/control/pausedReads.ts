import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { concatMap, defer, filter, Observable, take } from 'rxjs';
import { nodeEffects } from '../effects.js';
import type { FileEffects } from '../fileEffects.js';

type Reads = Pick<FileEffects, 'openRead$' | 'read$' | 'stat$' | 'list$' | 'close$' | 'gunzip$'>;

/** Reading files that waits while `full$` is true: RxJS has no back-pressure, so the reads have it. */
export function pausedReads(full$: Observable<boolean>): Reads {
  return {
    ...nodeEffects,
    read$: (fd, position, length) =>
      defer(() => full$).pipe(
        filter((full) => !full),
        take(1),
        concatMap(() => nodeEffects.read$(fd, position, length)),
      ),
    gunzip$: (path) =>
      new Observable((subscriber) => {
        const source = createReadStream(path);
        const unpacked = pipeline(source, createGunzip(), (error) => {
          if (error) subscriber.error(error);
          else subscriber.complete();
        });
        unpacked.on('data', (bytes: Uint8Array) => {
          subscriber.next(bytes);
        });
        const pacing = full$.subscribe({
          next: (full) => (full ? unpacked.pause() : unpacked.resume()),
          error: () => undefined,
        });
        return () => {
          pacing.unsubscribe();
          source.destroy();
          unpacked.destroy();
        };
      }),
  };
}
