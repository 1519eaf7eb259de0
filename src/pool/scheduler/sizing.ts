import { isOnTheWay, type Slot, takesRequests } from './slot.js';

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
