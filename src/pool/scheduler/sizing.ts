import { leave } from './leave.js';
import { type PoolState, waitingFor } from './poolState.js';
import { isOnTheWay, takesRequests } from './slot.js';
import type { Slot } from './ticket.js';

/** The changes that lead to the wanted number of workers. */
export interface Sizing {
  /** Number of workers to start. */
  readonly missing: number;
  /** Failed workers to remove. */
  readonly dead: readonly Slot[];
  /** Workers that leave: replaced, or surplus. */
  readonly leaving: readonly Slot[];
  /** Workers that stay because their replacement has failed. */
  readonly kept: Slot | undefined;
}

/**
 * Decides how many workers to start, and which ones leave. A replaced worker leaves when the new one is ready. Workers that still take
 * requests (old, large) are replaced one at a time; all others at once. A failed worker keeps its place, which `resize` frees.
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

/** Starts workers for waiting requests, up to `size`. */
export function grow(state: PoolState): void {
  const { plan, size, wanted } = state;
  // Called after each input: a pool of a fixed size skips the count.
  if (plan.min === undefined || wanted >= size) return;
  const waiting = waitingFor(state);
  if (waiting === 0) return;
  const places = placesOf(state);
  const coming = places.filter(isOnTheWay).length;
  const needed = places.length - coming + Math.ceil(waiting / plan.concurrency || 1);
  state.wanted = Math.min(size, Math.max(wanted, needed));
  if (state.wanted > wanted) state.changed = true;
}

/** Stops workers that were idle for `idleTimeout`. Stops none while a request waits: it may be for them. */
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

/** Arms the timer for the next idle worker. */
export function armIdle(state: PoolState): void {
  const { now, actions } = state;
  const { plan, slots } = state;
  state.idled = false;
  // Not while a request waits: the timer would fire for the same workers again and again.
  if (plan.min === undefined || state.idleArmed || state.phase !== 'open' || waitingFor(state) > 0) return;
  const idle = placesOf(state).length > plan.min ? slots.filter(isIdle) : [];
  if (idle.length === 0) return;
  const first = Math.min(...idle.map(({ idleSince }) => idleSince));
  state.idleArmed = true;
  actions.push({ type: 'armIdle', ms: Math.max(0, first + plan.idleTimeout - now) });
}

/** Which workers to remove first: those that are not running, then those with the fewest requests. */
function worth({ state, held, link, retire }: Slot): number {
  if (link === undefined) return -3;
  if (state === 'starting') return -2;
  return retire === undefined ? held.size() : -1;
}

function placesOf({ slots }: PoolState): Slot[] {
  return slots.filter((slot) => takesRequests(slot));
}

function isIdle(slot: Slot): boolean {
  const { state, held, sockets, keyed, link, retire } = slot;
  const hasNothing = held.size() + sockets + keyed.size() === 0 && link?.streams.count() === 0;
  return state === 'ready' && hasNothing && retire === undefined && takesRequests(slot);
}
