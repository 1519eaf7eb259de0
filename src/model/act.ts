import type { Stopping } from './childEvent.js';
import type { Fail, Send, Signal } from './command.js';

/**
 * What is done to one run: `ask` it to end (saying why), `kill` its group, or pass on a `fail`, a signal or a message.
 * Each run has an act channel of its own, so that a late `kill` cannot hit the next one.
 */
export type Act =
  | { readonly type: 'ask'; readonly reason?: Stopping['reason'] | undefined }
  | { readonly type: 'kill' }
  | Fail
  | Signal
  | Send;
