import { checkArgument } from '../model/check.js';
import { name } from '../model/checks.js';
import { encodeWithin } from '../wire/encodeWithin.js';
import { link } from './link.js';

/**
 * Sends an event of one's own to the pool, where it comes from `pool.on$(event)`.
 *
 * @param payload whatever a structured clone can carry
 * @returns the answer of who hears it there; undefined when nobody does, or nobody has one
 * @throws as a rejection, a payload that cannot be sent, and what the answer failed with
 * @example
 * ```ts
 * import { emit } from 'rxvisor/worker';
 *
 * console.log(await emit('settings', { of: 'mail' }));
 * ```
 */
export async function emit(event: string, payload?: unknown): Promise<unknown> {
  checkArgument('event', event, name);
  return link?.ask(encodeWithin([event, payload], link.limit, 'event'));
}
