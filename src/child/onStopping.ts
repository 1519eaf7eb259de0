import { checkHandler } from './checkHandler.js';
import { addStopHandler, type StopHandler } from './life.js';

/**
 * Calls `handler` when this process is asked to stop: by its manager's message, by SIGTERM, or because the manager is
 * gone; once, whichever comes first. Handlers run side by side and are awaited; then the process exits with 0, or with
 * 1 if one of them threw. The manager kills it when its grace (200 ms by default) runs out.
 *
 * If the program has SIGTERM handlers of its own, those are called too, and the exit is left to them.
 *
 * @param handler may be async; is told why: `'stop'`, `'restart'`, or what the process has failed at (`'liveness'`,
 * `'readyTimeout'`, `'fail'`, `'channel'`). A signal says no more than `'stop'`
 * @returns a function that takes the handler back
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { onStopping } from 'rxvisor/child';
 *
 * const server = createServer((request, response) => response.end('hello')).listen(8080);
 * onStopping(() => new Promise((done) => server.close(done)));
 * ```
 */
export function onStopping(handler: StopHandler): () => void {
  checkHandler(handler);
  return addStopHandler(handler);
}
