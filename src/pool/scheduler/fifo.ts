/** First in, first out. */
export interface Fifo<T> {
  readonly push: (item: T) => void;
  /** Removes and returns the oldest. Undefined if it is empty. */
  readonly shift: () => T | undefined;
}

/** A queue that is often empty, without garbage: it keeps its array. */
export function fifo<T>(): Fifo<T> {
  let items: (T | undefined)[] = [];
  let first = 0;
  let last = 0;
  return {
    push: (item) => {
      items[last] = item;
      last += 1;
    },
    shift: () => {
      if (first === last) return undefined;
      const item = items[first];
      items[first] = undefined;
      first += 1;
      if (first === last || (first > MANY && first > last / 2)) compact();
      return item;
    },
  };

  function compact(): void {
    if (last > MANY) items = items.slice(first, last);
    last -= first;
    first = 0;
  }
}

/** A longer array is not kept. */
const MANY = 1_024;
