import { frames } from '../wire/frames.js';
import type { Slot } from './slot.js';

/** How workers leave a pool: drained, stopped softly, gone. */
export interface Leaves {
  /** Takes one out once it has nothing in hand, has stopped softly, and is gone. */
  readonly leave: (slot: Slot) => Promise<void>;
  /** Looks whether one that leaves can go. */
  readonly tend: (slot: Slot) => void;
  /** It has run its handlers for the soft stop. */
  readonly onStopped: (slot: Slot) => void;
  /** It is gone. */
  readonly end: (slot: Slot) => void;
}

export interface LeavesOptions {
  /** It gets no more requests. */
  readonly onLeaving: (slot: Slot) => void;
  /** Takes one out as it is; calls `end` then. */
  readonly discard: (slot: Slot) => Promise<void>;
}

interface Leaving {
  readonly gone: Promise<void>;
  readonly resolve: () => void;
  asked: boolean;
}

export function leaves({ onLeaving, discard }: LeavesOptions): Leaves {
  const leavings = new Map<Slot, Leaving>();
  return {
    leave: async (slot) => {
      const known = leavings.get(slot);
      if (known !== undefined) return known.gone;
      let resolve = (): void => undefined;
      const gone = new Promise<void>((done) => (resolve = done));
      leavings.set(slot, { gone, resolve, asked: false });
      slot.leaving = true;
      onLeaving(slot);
      tend(slot);
      return gone;
    },
    tend,
    onStopped: (slot) => {
      if (leavings.get(slot)?.asked === true) void discard(slot);
    },
    end: (slot) => {
      leavings.get(slot)?.resolve();
      leavings.delete(slot);
    },
  };

  function tend(slot: Slot): void {
    const leaving = leavings.get(slot);
    if (leaving === undefined) return;
    const { link, held, state } = slot;
    if (leaving.asked) {
      if (link === undefined) void discard(slot);
      return;
    }
    if (held.size() > 0 || state === 'busy' || (link !== undefined && link.streams.count() > 0)) return;
    leaving.asked = true;
    if (link === undefined || state === 'starting') void discard(slot);
    else link.send(frames.softStop, 0);
  }
}
