import { of } from 'rxjs';
import { inOrder } from './inOrder.js';
import type { Life } from './life.js';

/** What is ready from the first, and done. */
const nothing$: Life = () => of({ type: 'ready' });

/**
 * Many parts, each after the one before.
 *
 * @param around what is put around each part and all that come after it. Default: nothing
 */
export function startInOrder(lives: readonly Life[], around: (life$: Life) => Life = (life$) => life$): Life {
  return lives.reduceRight((tail$, head$) => around(inOrder(head$, tail$)), nothing$);
}
