/** An entry of a {@link NumberTable}. It stores the link to the next entry itself. */
export interface Numbered<T> {
  readonly number: number;
  chain: T | undefined;
}

/** Entries by number. */
export interface NumberTable<T> {
  readonly size: () => number;
  readonly get: (number: number) => T | undefined;
  readonly add: (entry: T) => void;
  /** Does nothing for an entry that is not in the table. */
  readonly remove: (entry: T) => void;
  readonly some: (predicate: (entry: T) => boolean) => boolean;
  /** All entries, in the order of their numbers. */
  readonly all: () => T[];
  readonly clear: () => void;
}

/**
 * A hash table without garbage: its entries are linked to each other. It suits hundreds of thousands of additions and removals
 * a second. A `Map` allocates a new table after some number of deletions. Each old table keeps the next one, and
 * all its entries, alive until a full garbage collection.
 */
export function numberTable<T extends Numbered<T>>(): NumberTable<T> {
  let buckets = emptied<T>(FEWEST);
  let size = 0;

  return {
    size: () => size,
    get: (number) => {
      let entry = buckets[number & (buckets.length - 1)];
      while (entry !== undefined && entry.number !== number) entry = entry.chain;
      return entry;
    },
    add: (entry) => {
      if (size === buckets.length) grow();
      insert(entry);
      size += 1;
    },
    remove: (entry) => {
      const at = entry.number & (buckets.length - 1);
      let before = buckets[at];
      if (before === entry) buckets[at] = entry.chain;
      else {
        while (before !== undefined && before.chain !== entry) before = before.chain;
        if (before === undefined) return;
        before.chain = entry.chain;
      }
      entry.chain = undefined;
      size -= 1;
    },
    some: (predicate) => {
      for (const first of buckets) {
        for (let entry = first; entry !== undefined; entry = entry.chain) if (predicate(entry)) return true;
      }
      return false;
    },
    all,
    clear: () => {
      for (const entry of all()) entry.chain = undefined;
      buckets = emptied(FEWEST);
      size = 0;
    },
  };

  function insert(entry: T): void {
    const at = entry.number & (buckets.length - 1);
    entry.chain = buckets[at];
    buckets[at] = entry;
  }

  function grow(): void {
    const entries = all();
    buckets = emptied(buckets.length * 2);
    entries.forEach(insert);
  }

  function all(): T[] {
    const entries: T[] = [];
    for (const first of buckets) for (let entry = first; entry !== undefined; entry = entry.chain) entries.push(entry);
    return entries.sort((a, b) => a.number - b.number);
  }
}

/** A power of two, so that a mask finds the bucket. */
const FEWEST = 64;

function emptied<T>(length: number): (T | undefined)[] {
  return Array.from<T | undefined>({ length });
}
