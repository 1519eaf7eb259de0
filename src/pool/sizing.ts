import type { Slot } from './slot.js';

/** Who stays and who goes when a pool is to have another size. */
export interface Sizing {
  /** Given up by their supervisor: of no use. */
  readonly dead: readonly Slot[];
  /** Those that can best be spared. */
  readonly surplus: readonly Slot[];
  readonly missing: number;
}

/** @param isSpare whether it is there only until another one has left */
export function sizing(slots: readonly Slot[], size: number, isSpare: (slot: Slot) => boolean): Sizing {
  const counted = slots.filter((slot) => !slot.leaving && !isSpare(slot));
  const dead = counted.filter(({ state }) => state === 'failed');
  const alive = counted.filter(({ state }) => state !== 'failed').sort((a, b) => worth(a) - worth(b));
  return { dead, surplus: alive.slice(0, Math.max(0, alive.length - size)), missing: Math.max(0, size - alive.length) };
}

/** One that does not run is worth least, and of those that do the one with least in hand. */
function worth({ state, held, link }: Slot): number {
  if (link === undefined) return -2;
  return state === 'starting' ? -1 : held.size();
}
