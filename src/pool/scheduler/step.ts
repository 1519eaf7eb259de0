import { assign, submit } from './assign.js';
import { answer, drop, expire, failAll, takeBack } from './drop.js';
import type { Action, Input } from './inputs.js';
import { advanceLeaving, leave, remove } from './leave.js';
import { gaveUp, stopped } from './poolErrors.js';
import { addSlot, isHopeless, type PoolState, type Turn, waitingFor } from './poolState.js';
import { failLost, lose } from './retry.js';
import { due, note, onWorkerNews } from './runs.js';
import { armIdle, grow, shrink, sizing } from './sizing.js';
import { isAtWork } from './slot.js';
import type { Slot } from './ticket.js';

/**
 * What is to be done about something that has happened to a pool. It changes the state in place, for it is the hot path,
 * and does nothing else: no timer, no callback, no clock.
 *
 * @param now in ms
 */
export function step(state: PoolState, input: Input, now: number): Action[] {
  const turn: Turn = { state, now, actions: [] };
  apply(turn, input);
  let changed = false;
  while (decide(turn)) changed = true;
  if (state.idled) armIdle(turn);
  if (changed) turn.actions.push({ type: 'publish' });
  return turn.actions;
}

/** False: all is decided. */
function decide(turn: Turn): boolean {
  const { state } = turn;
  if (state.waiting) assign(turn);
  grow(turn);
  if (!state.changed) return false;
  state.changed = false;
  settle(turn);
  return true;
}

function apply(turn: Turn, input: Input): void {
  const { state, actions } = turn;
  switch (input.type) {
    case 'begin':
      while (state.slots.length < state.wanted) addSlot(turn, true);
      return;
    case 'submit':
      submit(turn, input.ticket);
      return;
    case 'drop':
      drop(turn, input.ticket, input.error);
      return;
    case 'unsent':
      takeBack(turn, input.ticket, input.error);
      return;
    case 'overdue':
      expire(turn, input.ticket);
      return;
    case 'answer':
    case 'next':
    case 'done':
    case 'failed':
    case 'release':
      input.slot.silent = false;
      if (input.slot.link === input.link) answer(turn, input);
      else if ('stream' in input && input.stream !== undefined) actions.push({ type: 'destroy', stream: input.stream });
      return;
    case 'wired':
      onWorkerNews(turn, input);
      return;
    case 'hello':
    case 'ready':
    case 'busy':
    case 'softStopped':
    case 'socketClosed':
    case 'streamsOver':
    case 'health':
    case 'closed':
      input.slot.silent = false;
      // Of an earlier run, nothing counts any more.
      if (input.slot.link === input.link) onWorkerNews(turn, input);
      return;
    case 'child': {
      const slot = state.slots.find(({ id }) => id === input.id);
      if (slot !== undefined) note(turn, slot, input.event, input.end);
      return;
    }
    case 'due':
      if (state.slots.includes(input.slot)) due(turn, input);
      return;
    case 'idle':
      shrink(turn);
      return;
    case 'removed':
      forget(turn, input.slot);
      return;
    case 'resize':
      resize(turn, input.size);
      actions.push({ type: 'resized', done: input.resized });
      return;
    case 'softStop':
      if (state.phase !== 'open') return;
      state.phase = 'draining';
      state.changed = true;
      return;
    case 'hardStop':
      if (state.phase === 'stopping' || state.phase === 'stopped') return;
      state.phase = 'stopping';
      failAll(turn, stopped, true);
      state.changed = true;
      actions.push({ type: 'dispose' });
      return;
    case 'disposed':
      state.phase = 'stopped';
      for (const slot of [...state.slots]) forget(turn, slot);
      state.changed = false;
      actions.push({ type: 'publish' }, { type: 'ended' });
  }
}

/** A worker has changed: others may be needed, may leave, or be given up. */
function settle(turn: Turn): void {
  const { state } = turn;
  if (state.phase === 'open' || state.phase === 'draining') {
    resizeTo(turn, state.wanted);
    state.hopeless = isHopeless(state);
    if (state.hopeless) failAll(turn, () => gaveUp(state), false);
  }
  if (state.phase === 'draining' && waitingFor(state) === 0 && !state.slots.some(isAtWork)) {
    state.phase = 'emptying';
    for (const slot of state.slots) leave(turn, slot);
  }
  advanceLeaving(turn);
  if (state.phase === 'emptying' && state.slots.length === 0) {
    state.phase = 'stopping';
    turn.actions.push({ type: 'dispose' });
  }
}

function resizeTo(turn: Turn, wanted: number): void {
  const { missing, dead, leaving, kept } = sizing(turn.state.slots, wanted);
  for (let n = 0; n < missing; n += 1) addSlot(turn, false);
  for (const slot of dead) remove(turn, slot);
  for (const slot of leaving) leave(turn, slot);
  if (kept === undefined) return;
  kept.retire = undefined;
  kept.kept = true;
  turn.state.changed = true;
}

/** Failed workers are replaced, too. */
function resize(turn: Turn, size: number): void {
  const { state } = turn;
  if (state.phase !== 'open') return;
  const { min } = state.plan;
  state.size = size;
  state.wanted = min === undefined ? size : Math.max(Math.min(min, size), Math.min(state.wanted, size));
  for (const slot of state.slots) {
    slot.kept = false;
    if (slot.exit === undefined && slot.state === 'failed') remove(turn, slot);
  }
  state.changed = true;
}

function forget(turn: Turn, slot: Slot): void {
  const { state, actions } = turn;
  const at = state.slots.indexOf(slot);
  if (at < 0) return;
  if (slot.link !== undefined) {
    actions.push({ type: 'closeWire', link: slot.link });
    lose(turn, slot);
  }
  failLost(turn, slot);
  state.slots.splice(at, 1);
  for (const timer of ['end', 'age', 'ready', 'life', 'loss'] as const) actions.push({ type: 'disarm', slot, timer });
  state.changed = true;
}
