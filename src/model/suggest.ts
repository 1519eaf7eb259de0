import { nearest } from './nearest.js';

/** The remedy for a name that nobody knows: the known one that it is most like, or `otherwise`. */
export function suggest(name: string, known: readonly string[], otherwise: string): string {
  const guess = nearest(name, known);
  return guess === undefined ? otherwise : `Did you mean '${guess}'?`;
}
