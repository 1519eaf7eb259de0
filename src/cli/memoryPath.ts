import { join } from 'node:path';
import type { ManagerPaths } from '../control/places.js';

/** The list that `save` writes. */
export function savedListPath({ state }: Pick<ManagerPaths, 'state'>): string {
  return join(state, 'saved.json');
}
