import { assign, submit } from './assign.js';
import { answer, drop, expire, failAll, takeBack } from './drop.js';
import type { Input } from './inputs.js';
import { advanceLeaving, leave, remove } from './leave.js';
import { gaveUp, stopped } from './poolErrors.js';
import { addSlot, isHopeless, type PoolState, waitingFor } from './poolState.js';
import { failLost, lose } from './retry.js';
import { onChildEvent, onTimer, onWorkerNews } from './runs.js';
import { armIdle, grow, shrink, sizing } from './sizing.js';
import { isAtWork } from './slot.js';
import type { Slot } from './ticket.js';

/**
 * Decides the actions that follow an input. It changes the state in place, because this is the hot path. It has no other effects: no
 * timer, no callback, no clock.
 *
 * @param now in ms
 */
export function step(state: PoolState, input: Input, now: number): PoolState['actions'] {
  state.now = now;
  apply(state, input);
  let changed = false;
  while (decide(state)) changed = true;
  if (state.idled) armIdle(state);
  if (changed) state.actions.push({ type: 'publish' });
  return state.actions;
}

/** False if there is nothing left to decide. */
function decide(state: PoolState): boolean {
  if (state.waiting) assign(state);
  grow(state);
  if (!state.changed) return false;
  state.changed = false;
  settle(state);
  return true;
}

function apply(state: PoolState, input: Input): void {
  const { actions } = state;
  switch (input.type) {
    case 'begin':
      while (state.slots.length < state.wanted) addSlot(state, true);
      return;
    case 'submit':
      submit(state, input.ticket);
      return;
    case 'drop':
      drop(state, input.ticket, input.error);
      return;
    case 'unsent':
      takeBack(state, input.ticket, input.error);
      return;
    case 'overdue':
      expire(state, input.ticket);
      return;
    case 'answer':
    case 'next':
    case 'done':
    case 'failed':
    case 'release':
      input.slot.silent = false;
      if (input.slot.link === input.link) answer(state, input);
      else if ('stream' in input && input.stream !== undefined) actions.push({ type: 'destroy', stream: input.stream });
      return;
    case 'wired':
      onWorkerNews(state, input);
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
      // Frames of an earlier run are ignored.
      if (input.slot.link === input.link) onWorkerNews(state, input);
      return;
    case 'child': {
      const slot = state.slots.find(({ id }) => id === input.id);
      if (slot !== undefined) onChildEvent(state, slot, input.event, input.end);
      return;
    }
    case 'due':
      if (state.slots.includes(input.slot)) onTimer(state, input);
      return;
    case 'idle':
      shrink(state);
      return;
    case 'removed':
      forget(state, input.slot);
      return;
    case 'resize':
      resize(state, input.size);
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
      failAll(state, stopped, true);
      state.changed = true;
      actions.push({ type: 'dispose' });
      return;
    case 'disposed':
      state.phase = 'stopped';
      for (const slot of [...state.slots]) forget(state, slot);
      state.changed = false;
      actions.push({ type: 'publish' });
      actions.push({ type: 'ended' });
  }
}

/** A worker has changed: others may start, leave or fail. */
function settle(state: PoolState): void {
  if (state.phase === 'open' || state.phase === 'draining') {
    resizeTo(state, state.wanted);
    state.hopeless = isHopeless(state);
    if (state.hopeless) failAll(state, () => gaveUp(state), false);
  }
  if (state.phase === 'draining' && waitingFor(state) === 0 && !state.slots.some(isAtWork)) {
    state.phase = 'emptying';
    for (const slot of state.slots) leave(state, slot);
  }
  advanceLeaving(state);
  if (state.phase === 'emptying' && state.slots.length === 0) {
    state.phase = 'stopping';
    state.actions.push({ type: 'dispose' });
  }
}

function resizeTo(state: PoolState, wanted: number): void {
  const { missing, dead, leaving, kept } = sizing(state.slots, wanted);
  for (let n = 0; n < missing; n += 1) addSlot(state, false);
  for (const slot of dead) remove(state, slot);
  for (const slot of leaving) leave(state, slot);
  if (kept === undefined) return;
  kept.retire = undefined;
  kept.kept = true;
  state.changed = true;
}

/** Failed workers are replaced, too. */
function resize(state: PoolState, size: number): void {
  if (state.phase !== 'open') return;
  const { min } = state.plan;
  state.size = size;
  state.wanted = min === undefined ? size : Math.max(Math.min(min, size), Math.min(state.wanted, size));
  for (const slot of state.slots) {
    slot.kept = false;
    if (slot.exit === undefined && slot.state === 'failed') remove(state, slot);
  }
  state.changed = true;
}

function forget(state: PoolState, slot: Slot): void {
  const { actions } = state;
  const at = state.slots.indexOf(slot);
  if (at < 0) return;
  if (slot.link !== undefined) {
    actions.push({ type: 'closeWire', link: slot.link });
    lose(state, slot);
  }
  failLost(state, slot);
  state.slots.splice(at, 1);
  for (const timer of ['end', 'age', 'ready', 'life', 'loss'] as const) actions.push({ type: 'disarm', slot, timer });
  state.changed = true;
}
