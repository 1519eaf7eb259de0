import { unknownEnd } from '../../model/runEnd.js';
import { clearLanes, putFirst } from './lanes.js';
import { workerDied } from './poolErrors.js';
import type { PoolState } from './poolState.js';
import type { Slot, Ticket } from './ticket.js';

/** How long the supervisor may take to report how a run ended after its connection closed, in ms. */
const LOSS = 2_000;

/**
 * The connection to a worker closed. Its requests are retried on other workers, in order, or they fail.
 * A worker that the pool killed as unresponsive does not count as a try.
 */
export function lose(state: PoolState, slot: Slot): void {
  const { actions } = state;
  const held = slot.held.all();
  slot.held.clear();
  slot.link = undefined;
  slot.load = 0;
  slot.overdue = 0;
  slot.sockets = 0;
  const again: Ticket[] = [];
  for (const ticket of held) {
    if (ticket.state === 'dropped') {
      ticket.state = 'settled';
      actions.push({ type: 'forget', ticket });
      continue;
    }
    if (slot.retire !== 'unresponsive') ticket.deaths += 1;
    ticket.released = false;
    actions.push({ type: 'recall', ticket });
    if (mayRetry(ticket)) {
      ticket.state = 'queued';
      again.push(ticket);
    } else {
      ticket.state = 'lost';
      slot.lost.push(ticket);
    }
  }
  putFirst(state, [...again, ...clearLanes(state, slot)]);
  state.changed = true;
  if (slot.lost.length === 0) return;
  if (slot.end === undefined) actions.push({ type: 'arm', slot, timer: 'loss', ms: LOSS });
  else failLost(state, slot);
}

/** Fails the requests that cannot be retried. The error names how the run ended, if that is known. */
export function failLost(state: PoolState, slot: Slot): void {
  const { actions } = state;
  if (slot.lost.length === 0) return;
  const { lost, end = unknownEnd, problem } = slot;
  slot.lost = [];
  actions.push({ type: 'disarm', slot, timer: 'loss' });
  for (const ticket of lost) {
    ticket.state = 'settled';
    const error = workerDied(slot, ticket.deaths, { ...end, cause: problem ?? end.cause });
    actions.push({ type: 'fail', ticket, error, sent: true });
  }
  state.changed = true;
}

/** A stream or a socket that was sent cannot be sent again, nor can answers be taken back. */
function mayRetry({ deaths, answers, options }: Ticket): boolean {
  return deaths <= options.retries && answers === 0 && options.stream === undefined && options.socket === undefined;
}
