import type { WorkerStatus } from './poolStatus.js';

/**
 * Which of the workers that have room gets a request: the one with the fewest `'outstanding'`; an idle one, or else the
 * one with the least `'rss'`; or the one whose number a function of those workers and the payload gives.
 */
export type Balance = 'outstanding' | 'rss' | ((workers: readonly WorkerStatus[], data: unknown) => number);
