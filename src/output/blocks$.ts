import type { Readable } from 'node:stream';
import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { type Block, type BlocksOptions, chunks$ } from './chunks$.js';
import { lineCutter } from './lineCutter.js';

/** How many bytes are gathered before they are emitted. */
const GATHER = 131_072;

/**
 * The whole lines of a byte stream, as bytes. Nothing is decoded and little is copied: a copy takes as long as a write to
 * a file.
 */
export function blocks$(
  source: Readable,
  options: BlocksOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Block> {
  return chunks$(source, { ...options, cutter: lineCutter, gather: GATHER }, scheduler);
}
