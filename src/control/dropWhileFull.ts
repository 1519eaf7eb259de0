import { defer, filter, map, type OperatorFunction, withLatestFrom } from 'rxjs';
import type { ByteCredit } from '../operators/byteCredit.js';
import type { LogBlock } from './protocol.js';

/** Drops what comes while the flow is full, and says how many lines that were with the next block. */
export function dropWhileFull({ full$ }: Pick<ByteCredit, 'full$'>): OperatorFunction<LogBlock, LogBlock> {
  return (source$) =>
    defer(() => {
      let dropped = 0;
      return source$.pipe(
        withLatestFrom(full$),
        filter(([{ text }, full]) => {
          if (full) dropped += text.split('\n').length - 1;
          return !full;
        }),
        map(([block]) => {
          const counted = dropped === 0 ? block : { ...block, dropped };
          dropped = 0;
          return counted;
        }),
      );
    });
}
