import { filter, map, type Observable } from 'rxjs';
import type { ByteCredit } from '../operators/byteCredit.js';
import type { LogFailure } from './openLog.js';
import { countLines } from './writeQueue.js';

/** What a sink lets in, and what it has to say of the rest. */
export interface Overflow {
  readonly admits: (chunks: readonly Uint8Array[]) => boolean;
  /** How many lines were dropped, each time there is room again. */
  readonly dropped$: Observable<LogFailure>;
}

/** With `'block'` everything is let in: the source is being paused meanwhile. */
export function dropWhenFull(flow: ByteCredit, onFull: 'block' | 'drop'): Overflow {
  let full = false;
  let dropped = 0;
  return {
    admits: (chunks) => {
      if (!full || onFull === 'block') return true;
      dropped += countLines(chunks);
      return false;
    },
    dropped$: flow.full$.pipe(
      filter((now) => {
        full = now;
        return !full && dropped > 0;
      }),
      map(() => {
        const failure = { code: 'ERR_FULL', message: 'the file is slower than the child', dropped };
        dropped = 0;
        return failure;
      }),
    ),
  };
}
