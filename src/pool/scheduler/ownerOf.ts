import { type Slot, takesRequests } from './slot.js';

/**
 * Whose the requests with a key are: of all workers that stay, the one who scores highest with it. So a worker that
 * comes or goes takes only its own share of the keys with it: "rendezvous hashing", Thaler and Ravishankar, 1998.
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

/** FNV-1a, and a last stir: http://www.isthe.com/chongo/tech/comp/fnv/ */
function scoreOf(key: string, salt: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
