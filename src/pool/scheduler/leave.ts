import { unknownEnd } from '../../model/runEnd.js';
import { clearLanes, putFirst, releaseParked } from './lanes.js';
import { workerDied } from './poolErrors.js';
import type { Turn } from './poolState.js';
import { takesRequests } from './slot.js';
import type { Retirement, Slot, Ticket } from './ticket.js';

/** It gets nothing more, and leaves once it has finished what it has. */
export function leave({ state, actions }: Turn, slot: Slot): void {
  if (slot.exit !== undefined) return;
  slot.exit = 'draining';
  releaseParked(state, slot);
  state.changed = true;
  if (slot.retire === 'unresponsive' && slot.link !== undefined) watchLife({ actions, state }, slot);
}

/** Asks an unresponsive worker for a sign of life: one that gives none for the grace period is blocked. */
export function watchLife({ state, actions }: Pick<Turn, 'state' | 'actions'>, slot: Slot): void {
  if (slot.link === undefined) return;
  slot.silent = true;
  actions.push({ type: 'ping', link: slot.link }, { type: 'arm', slot, timer: 'life', ms: state.plan.grace });
}

/** Takes the next step with those that leave: drained, stopped softly, gone. */
export function advanceLeaving(turn: Turn): void {
  for (const slot of turn.state.slots) {
    if (slot.exit === 'draining' && isDrained(slot)) {
      // What ignores a cancelled request is not done with what it began, so that it is stopped, not asked.
      const skips = slot.state === 'starting' || slot.retire === 'unresponsive';
      if (slot.link === undefined || skips) remove(turn, slot);
      else {
        slot.exit = 'asked';
        turn.actions.push({ type: 'askToStop', link: slot.link });
      }
    } else if (slot.exit === 'asked' && slot.link === undefined) remove(turn, slot);
  }
}

export function remove({ actions }: Turn, slot: Slot): void {
  if (slot.exit === 'removing') return;
  slot.exit = 'removing';
  actions.push({ type: 'remove', slot });
}

/** What is overdue is not waited for. */
function isDrained({ link, held, overdue, state, retire }: Slot): boolean {
  if (link === undefined) return true;
  const isBusy = state === 'busy' && retire !== 'unresponsive';
  return held.size() <= overdue && !isBusy && link.streams.count() === 0;
}

/** Another worker is to take its place. */
export function retire({ state }: Turn, slot: Slot, why: Retirement): void {
  if (slot.exit !== undefined || !takesRequests(slot)) return;
  const isUrgent = why === 'spent' || why === 'unresponsive';
  if (!isUrgent && (slot.kept || slot.retire !== undefined)) return;
  slot.retire = why;
  state.changed = true;
  if (isUrgent) releaseParked(state, slot);
}

/** For the supervisor to say how a run ended whose wire is gone, in ms. */
const LOSS = 2_000;

/**
 * The wire to a run is gone: what the worker had in hand goes on elsewhere, or fails; so does what waited for it, in
 * order. A worker that the pool itself ends, for it is unresponsive, does not count as a try.
 */
export function lose(turn: Turn, slot: Slot): void {
  const { state, actions } = turn;
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
    if (mayTryAgain(ticket)) {
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
  else failLost(turn, slot);
}

/** It is known how the run ended, or will not be. */
export function failLost({ state, actions }: Turn, slot: Slot): void {
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

/** What has been sent of a stream, or answered, cannot be taken back. */
function mayTryAgain({ deaths, retries, answers, options }: Ticket): boolean {
  return deaths <= retries && answers === 0 && options.stream === undefined && options.socket === undefined;
}
