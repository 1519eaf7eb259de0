import { leave } from './leave.js';
import { type PoolState, type Turn, waitingFor } from './poolState.js';
import { isOnTheWay, type Slot, takesRequests } from './slot.js';

/** More workers for what waits, as many as there may be. */
export function grow({ state }: Turn): void {
  const { plan, size, wanted } = state;
  const waiting = waitingFor(state);
  if (plan.min === undefined || wanted >= size || waiting === 0) return;
  const places = placesOf(state);
  const coming = places.filter(isOnTheWay).length;
  const needed = places.length - coming + Math.ceil(waiting / plan.concurrency || 1);
  state.wanted = Math.min(size, Math.max(wanted, needed));
  if (state.wanted > wanted) state.changed = true;
}

/** Lets workers go that have been idle for long enough. Not while something waits: it may be about to be theirs. */
export function shrink(turn: Turn): void {
  const { state, now } = turn;
  const { plan, size } = state;
  state.idleArmed = false;
  state.idled = true;
  if (plan.min === undefined || waitingFor(state) > 0) return;
  const fewest = Math.min(plan.min, size);
  const tooMany = Math.max(0, placesOf(state).length - fewest);
  const idle = state.slots.filter((slot) => isIdle(slot) && slot.idleSince + plan.idleTimeout <= now).slice(0, tooMany);
  for (const slot of idle) leave(turn, slot);
  state.wanted = Math.max(fewest, state.wanted - idle.length);
}

/** Wakes up when the next worker has been idle for long enough. */
export function armIdle({ state, now, actions }: Turn): void {
  const { plan, slots } = state;
  state.idled = false;
  // Not while something waits: the same workers would be looked at again and again.
  if (plan.min === undefined || state.idleArmed || state.phase !== 'open' || waitingFor(state) > 0) return;
  const idle = placesOf(state).length > plan.min ? slots.filter(isIdle) : [];
  if (idle.length === 0) return;
  const first = Math.min(...idle.map(({ idleSince }) => idleSince));
  state.idleArmed = true;
  actions.push({ type: 'armIdle', ms: Math.max(0, first + plan.idleTimeout - now) });
}

function placesOf({ slots }: PoolState): Slot[] {
  return slots.filter((slot) => takesRequests(slot));
}

function isIdle(slot: Slot): boolean {
  const { state, held, sockets, keyed, link, retire } = slot;
  const hasNothing = held.size() + sockets + keyed.size() === 0 && link?.streams.count() === 0;
  return state === 'ready' && hasNothing && retire === undefined && takesRequests(slot);
}
