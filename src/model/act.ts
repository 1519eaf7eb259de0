import type { Send, Signal } from './command.js';

/**
 * What is done to one run: `ask` it to end, `kill` its group, or pass on a signal or a message. Each run has an act
 * channel of its own, so that a late `kill` cannot hit the next one.
 */
export type Act = { readonly type: 'ask' } | { readonly type: 'kill' } | Signal | Send;
