import type { ErrorLike } from './errorLike.js';

/** What crosses. `of` is how many handlers there are, and so how many results; with none, nothing else is said. */
export type Frame =
  | { readonly type: 'call'; readonly id: string; readonly name: string; readonly args?: unknown }
  | { readonly type: 'none'; readonly id: string }
  | {
      readonly type: 'result';
      readonly id: string;
      readonly index: number;
      readonly of: number;
      readonly value?: unknown;
    }
  | { readonly type: 'error'; readonly id: string; readonly error: ErrorLike };

/** A frame in its envelope: several channels share one line, each with a name of its own. */
export interface Envelope {
  readonly rxvisor: 'ipc';
  readonly channel: string;
  readonly frame: Frame;
}
