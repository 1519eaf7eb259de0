import { leave } from './leave.js';
import { type PoolState, waitingFor } from './poolState.js';
import { isOnTheWay, takesRequests } from './slot.js';
import type { Slot } from './ticket.js';

/** What is to be done so that there are as many workers as there are to be. */
export interface Sizing {
  /** How many to start. */
  readonly missing: number;
  /** Failed workers to remove. */
  readonly dead: readonly Slot[];
  /** Workers that leave: they have been replaced, or can best be spared. */
  readonly leaving: readonly Slot[];
  /** It keeps its place: the worker that was to replace it has failed. */
  readonly kept: Slot | undefined;
}

/**
 * How many workers to start, who is replaced, and who is let go. For a worker that is to be replaced, the new one is ready
 * first. Workers that could go on as they are (old, large) are replaced one at a time; those that take no more requests,
 * at once. A failed worker keeps its place, which `resize` frees.
 */
export function sizing(slots: readonly Slot[], wanted: number): Sizing {
  const staying = slots.filter(({ exit }) => exit === undefined);
  const failed = staying.filter(({ state }) => state === 'failed');
  const alive = staying.filter(({ state }) => state !== 'failed');
  const next = alive.find((slot) => slot.retire !== undefined && takesRequests(slot));
  const spare = next && failed.find(({ joined }) => !joined);
  if (next !== undefined && spare !== undefined) return { missing: 0, dead: [spare], leaving: [], kept: next };

  const isReplaced = (slot: Slot): boolean => slot === next || !takesRequests(slot);
  const counted = alive.filter((slot) => !isReplaced(slot));
  const replaced = alive.filter(isReplaced);
  const missing = Math.max(0, wanted - counted.length - failed.length);
  const onTheWay = missing + counted.filter(isOnTheWay).length;
  const excess = Math.max(0, counted.length + failed.length - wanted);
  const dead = failed.slice(0, excess);
  const surplus = [...counted].sort((a, b) => worth(a) - worth(b)).slice(0, excess - dead.length);
  const gone = replaced.filter((slot, index) => isOnTheWay(slot) || index < replaced.length - onTheWay);
  return { missing, dead, leaving: [...gone, ...surplus], kept: undefined };
}

/** One that does not run is worth least, and of those that do the one with least in hand. */
function worth({ state, held, link, retire }: Slot): number {
  if (link === undefined) return -3;
  if (state === 'starting') return -2;
  return retire === undefined ? held.size() : -1;
}

/** More workers for what waits, as many as there may be. */
export function grow(state: PoolState): void {
  const { plan, size, wanted } = state;
  // Asked after each input: a pool of one size has nothing to count.
  if (plan.min === undefined || wanted >= size) return;
  const waiting = waitingFor(state);
  if (waiting === 0) return;
  const places = placesOf(state);
  const coming = places.filter(isOnTheWay).length;
  const needed = places.length - coming + Math.ceil(waiting / plan.concurrency || 1);
  state.wanted = Math.min(size, Math.max(wanted, needed));
  if (state.wanted > wanted) state.changed = true;
}

/** Lets workers go that have been idle for long enough. Not while something waits: it may be about to be theirs. */
export function shrink(state: PoolState): void {
  const { now } = state;
  const { plan, size } = state;
  state.idleArmed = false;
  state.idled = true;
  if (plan.min === undefined || waitingFor(state) > 0) return;
  const fewest = Math.min(plan.min, size);
  const tooMany = Math.max(0, placesOf(state).length - fewest);
  const idle = state.slots.filter((slot) => isIdle(slot) && slot.idleSince + plan.idleTimeout <= now).slice(0, tooMany);
  for (const slot of idle) leave(state, slot);
  state.wanted = Math.max(fewest, state.wanted - idle.length);
}

/** Wakes up when the next worker has been idle for long enough. */
export function armIdle(state: PoolState): void {
  const { now, actions } = state;
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
