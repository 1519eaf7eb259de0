import type { ErrorLike } from './ipc/errorLike.js';

/** Why a worker ends. */
export type ExitReason =
  { readonly type: 'crash'; readonly error: ErrorLike } | { readonly type: 'stop' | 'restart' | 'sessionEnd' };
