import type { Status } from '../../model/status.js';
import { labelAmong } from './label.js';
import { formatDuration } from './units.js';

export interface WaitingOptions {
  /** The signal that stopped the services. The same signal again kills them. */
  readonly signal: NodeJS.Signals;
  /** The grace period of a child, in ms. Undefined: it is not known any more. */
  readonly graceOf: (status: Status) => number | undefined;
  /** In ms since the epoch. */
  readonly now: number;
}

/**
 * Says for which children a stop still waits: `waiting for db (3.2s of 5s), Ctrl-C again kills`. Undefined: for none that
 * needs more than a moment.
 */
export function waitingText(statuses: readonly Status[], { signal, graceOf, now }: WaitingOptions): string | undefined {
  const stopping = statuses.filter(({ state, since }) => state === 'stopping' && now - since >= SHORT);
  if (stopping.length === 0) return undefined;
  const named = stopping.slice(0, MAX_NAMES).map((status) => {
    const grace = graceOf(status);
    const elapsed = formatDuration(now - status.since);
    return `${labelAmong(status, statuses).text} (${elapsed}${grace === undefined ? '' : ` of ${formatDuration(grace)}`})`;
  });
  const hidden = stopping.length - named.length;
  const key = signal === 'SIGINT' ? 'Ctrl-C' : signal;
  return `waiting for ${named.join(', ')}${hidden === 0 ? '' : ` and ${String(hidden)} more`}, ${key} again kills`;
}

/** Number of children that the text names. The others are only counted. */
const MAX_NAMES = 3;

/** A child that stops within this time, in ms, is not worth a message. */
const SHORT = 500;
