import { of } from 'rxjs';
import { inOrder } from './inOrder.js';
import type { GroupPart } from './life.js';

/** What is ready from the first, and done. */
const nothing$: GroupPart = () => of({ type: 'ready' });

/**
 * Many parts, each after the one before.
 *
 * @param around what is put around each part and all that come after it. Default: nothing
 */
export function startInOrder(
  parts: readonly GroupPart[],
  around: (life$: GroupPart) => GroupPart = (life$) => life$,
): GroupPart {
  return parts.reduceRight((tail$, head$) => around(inOrder(head$, tail$)), nothing$);
}
