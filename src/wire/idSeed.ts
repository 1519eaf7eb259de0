import { randomUUID } from 'node:crypto';
import type { IdSeed } from './idOf.js';

/** What the ids of one pool have in common: from a random UUID, or from the text of another seed. */
export function idSeed(text: string = randomUUID()): IdSeed {
  return [text.slice(0, 24), Number.parseInt(text.slice(24), 16)];
}
