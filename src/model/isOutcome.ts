import type { ChildEvent } from './childEvent.js';
import { isTerminal } from './isTerminal.js';

/**
 * Whether an event settles what became of a start or a restart: it is ready, or has failed to be. An end that was asked for is
 * no failure: it is followed by the run that was asked for, or by the end of all.
 */
export function isStartResult(event: ChildEvent): boolean {
  return event.type === 'ready' || (isTerminal(event) && !('expected' in event && event.expected));
}
