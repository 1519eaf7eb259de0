import { join } from 'node:path';
import type { Places } from '../control/places.js';

/** The list that `save` writes. */
export function memoryPath({ state }: Pick<Places, 'state'>): string {
  return join(state, 'saved.json');
}
