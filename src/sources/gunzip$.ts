import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { NEVER, Observable } from 'rxjs';

/**
 * What stands in a compressed file. Unsubscribing closes it.
 *
 * @param pause$ it is not read while the last value is true. Default: never
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
