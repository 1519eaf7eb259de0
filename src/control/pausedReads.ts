import { concatMap, defer, filter, type Observable, take } from 'rxjs';
import { nodeEffects } from '../effects.js';
import type { FileEffects } from '../fileEffects.js';
import { gunzip$ } from '../sources/gunzip$.js';

type Reads = Pick<FileEffects, 'openRead$' | 'read$' | 'stat$' | 'list$' | 'real$' | 'close$' | 'gunzip$'>;

/** Reading files that waits while `full$` is true: RxJS has no back-pressure, so the reads have it. */
export function pausableReads(full$: Observable<boolean>): Reads {
  return {
    ...nodeEffects,
    read$: (fd, position, length) =>
      defer(() => full$).pipe(
        filter((full) => !full),
        take(1),
        concatMap(() => nodeEffects.read$(fd, position, length)),
      ),
    gunzip$: (path) => gunzip$(path, full$),
  };
}
