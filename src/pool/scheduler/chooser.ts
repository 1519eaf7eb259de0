import type { Balance } from '../poolOptions.js';
import { hasRoom, statusOf, takesRequests } from './slot.js';
import type { Slot, Ticket } from './ticket.js';

/** Chooses the worker for a request among the workers with room. Undefined if there is none. */
export type Chooser = (slots: readonly Slot[], ticket: Ticket) => Slot | undefined;

export function chooserOf(balance: Balance, concurrency: number): Chooser {
  const byRank = least(balance === 'rss' ? rssRank : ({ load }) => load, concurrency);
  const bySockets = least(({ sockets }) => sockets, concurrency);
  return (slots, ticket) => {
    if (ticket.options.socket !== undefined) return bySockets(slots);
    return typeof balance === 'function' ? chosen(balance, slots, concurrency, ticket) : byRank(slots);
  };
}

/**
 * The worker of a key: among the workers that stay, the one with the highest score for it. So a change of workers moves only the keys
 * of the changed worker: "rendezvous hashing", Thaler and Ravishankar, 1998.
 */
export function ownerOf(key: string, slots: readonly Slot[]): Slot | undefined {
  let owner: Slot | undefined;
  let highest = -1;
  for (const slot of slots) {
    if (!slot.joined || !takesRequests(slot)) continue;
    const score = scoreOf(key, slot.number);
    if (score <= highest) continue;
    owner = slot;
    highest = score;
  }
  return owner;
}

/** The memory of a worker. Idle workers come first. */
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

/** Calls the function of the user. If it returns an unknown number, the first worker with room is taken. */
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

/** FNV-1a, with a final mix of the bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function scoreOf(key: string, salt: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
