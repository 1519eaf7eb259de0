import { RxvisorError } from '../model/errors.js';
import type { Slot } from './slot.js';

/** What is left of a request whose worker has died. */
export function deathOf({ number, pid }: Pick<Slot, 'number' | 'pid'>, deaths: number): RxvisorError {
  const process = pid === undefined ? '' : ` (pid ${String(pid)})`;
  const tries = deaths > 1 ? `, the ${String(deaths)}th to do so` : '';
  return new RxvisorError(
    'ERR_WORKER_DIED',
    `worker ${String(number)}${process} died before it had answered${tries}. How it ended is among the events of the pool.`,
  );
}
