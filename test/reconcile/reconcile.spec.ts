import fc from 'fast-check';
import { describe, it } from 'vitest';
import { reconcile } from '../../src/reconcile/reconcile.js';
import { histories } from './histories.js';
import { playHistory } from './history.js';

describe('reconcile', () => {
  it('keeps its laws in any history, and comes to rest', () => {
    fc.assert(
      fc.property(histories, (history) => {
        playHistory(reconcile, history);
      }),
      { numRuns: 2_000 },
    );
  });
});
