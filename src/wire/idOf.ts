/**
 * The id of the nth request of a pool: a UUID, version 4. Its first 80 bits are the pool's, random but for the version
 * and the variant; the last 48 count on from a random number. Both ends of a wire know the pool's and count alike, so
 * that no id is ever sent.
 *
 * @param pool as {@link idSeed} makes it
 */
export function idOf([prefix, base]: IdSeed, n: number): string {
  return prefix + ((base + n) % LIMIT).toString(16).padStart(12, '0');
}

export type IdSeed = readonly [prefix: string, base: number];

const LIMIT = 2 ** 48;
