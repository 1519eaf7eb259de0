import { listenForStop } from './life.js';

/**
 * For programs that run under rxvisor. Importing it is enough for a stop that lets Node's `exit` handlers run. It does
 * nothing of note in a program that runs by itself.
 */
export { onMessage } from './onMessage.js';
export type { StopHandler } from './life.js';
export { onStopping } from './onStopping.js';
export { ready } from './ready.js';
export { send } from './send.js';

listenForStop();
