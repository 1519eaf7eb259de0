import type { Balance } from '../balance.js';
import { hasRoom, type Slot } from './slot.js';
import { statusOf } from './snapshot.js';
import type { Ticket } from './ticket.js';

/** The worker for a request, of those that have room. Undefined: none has. */
export type Chooser = (slots: readonly Slot[], ticket: Ticket) => Slot | undefined;

export function chooserOf(balance: Balance, concurrency: number): Chooser {
  const byRank = least(balance === 'rss' ? rssRank : ({ load }) => load, concurrency);
  const bySockets = least(({ sockets }) => sockets, concurrency);
  return (slots, ticket) => {
    if (ticket.options.socket !== undefined) return bySockets(slots);
    return typeof balance === 'function' ? chosen(balance, slots, concurrency, ticket) : byRank(slots);
  };
}

/** The idle ones come before all others. */
function rssRank({ load, health }: Slot): number {
  const rss = health?.rss ?? 0;
  return load === 0 ? rss - Number.MAX_SAFE_INTEGER : rss;
}

function least(rank: (slot: Slot) => number, concurrency: number) {
  return (slots: readonly Slot[]): Slot | undefined => {
    let best: Slot | undefined;
    let lowest = Infinity;
    for (const slot of slots) {
      if (!hasRoom(slot, concurrency)) continue;
      const ranked = rank(slot);
      if (ranked >= lowest) continue;
      best = slot;
      lowest = ranked;
    }
    return best;
  };
}

/** A number that none of them has means the first of them. */
function chosen(
  choose: Exclude<Balance, string>,
  slots: readonly Slot[],
  concurrency: number,
  ticket: Ticket,
): Slot | undefined {
  const free = slots.filter((slot) => hasRoom(slot, concurrency));
  if (free.length === 0) return undefined;
  const number = choose(free.map(statusOf), ticket.data);
  return free.find((slot) => slot.number === number) ?? free[0];
}
