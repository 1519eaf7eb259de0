import type { Stopping } from './childEvent.js';

/** Whether a run is being ended for something it has failed at: then it has crashed, whatever its exit code. */
export function isFailure(
  reason: string,
): reason is Extract<Stopping['reason'], 'liveness' | 'readyTimeout' | 'fail' | 'channel'> {
  return ['liveness', 'readyTimeout', 'fail', 'channel'].includes(reason);
}
