/** The id of the nth request of a pool: a UUID, version 4. */
export type IdOf = (n: number) => string;

/**
 * Ids that the two ends of a wire make alike, so that none is ever sent: the last 48 bits of a random UUID, counted on.
 *
 * @param uuid what the ids of one pool have in common
 */
export function idsOf(uuid: string): IdOf {
  const pool = uuid.slice(0, 24);
  const base = Number.parseInt(uuid.slice(24), 16);
  let block = -1;
  let prefix = '';
  return (n) => {
    const count = (base + n) % 2 ** 48;
    const high = Math.floor(count / BLOCK);
    if (high !== block) {
      block = high;
      prefix = pool + high.toString(16).padStart(6, '0');
    }
    // Small integers are written much faster than large ones; the digit in front keeps the zeros.
    return prefix + (BLOCK + (count % BLOCK)).toString(16).slice(1);
  };
}

/** So many ids differ in their last six digits only. */
const BLOCK = 2 ** 24;
