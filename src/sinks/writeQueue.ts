/** What waits to be written to one file, in order, and on whose behalf. */
export interface WriteQueue<Owner> {
  /** `settled` is called once: when the bytes are written, or nobody is to wait for them any longer. */
  readonly push: (owner: Owner, bytes: Buffer, settled: (() => void) | undefined) => void;
  /** All that waits, as one. */
  readonly bytes: () => Buffer;
  /** That many bytes of it have been written. */
  readonly advance: (written: number) => void;
  /** Nobody is to wait for what is in it now. */
  readonly settle: () => void;
  /** Takes out all of one owner's; gives the number of lines lost. A line that was half written is ended. */
  readonly drop: (owner: Owner) => number;
  readonly holds: (owner: Owner) => boolean;
  /** Whether a line is half written. */
  readonly torn: () => boolean;
  /** In bytes. */
  readonly size: () => number;
}

interface Job<Owner> {
  readonly owner: Owner | undefined;
  readonly bytes: Buffer;
  settled: (() => void) | undefined;
}

export function writeQueue<Owner>(): WriteQueue<Owner> {
  let jobs: Job<Owner>[] = [];
  let size = 0;
  /** Of the first job. */
  let written = 0;

  return {
    push: (owner, bytes, settled) => {
      jobs.push({ owner, bytes, settled });
      size += bytes.length;
    },
    bytes: () => Buffer.concat(jobs.map(({ bytes }) => bytes)).subarray(written),
    advance: (count) => {
      written += count;
      size -= count;
      let done = 0;
      for (const job of jobs) {
        if (written < job.bytes.length) break;
        written -= job.bytes.length;
        done += 1;
      }
      for (const job of jobs.splice(0, done)) job.settled?.();
    },
    settle: () => {
      for (const job of jobs) {
        job.settled?.();
        job.settled = undefined;
      }
    },
    drop: (owner) => {
      const torn = written > 0 && jobs[0]?.owner === owner;
      const lost = Buffer.concat(jobs.filter((job) => job.owner === owner).map(({ bytes }) => bytes));
      const lines = countLines(torn ? lost.subarray(written) : lost);
      const kept = jobs.filter((job) => job.owner !== owner);
      jobs =
        torn && kept.length > 0 ? [{ owner: undefined, bytes: Buffer.from('\n'), settled: undefined }, ...kept] : kept;
      if (torn) written = 0;
      size = jobs.reduce((sum, { bytes }) => sum + bytes.length, 0) - written;
      return lines;
    },
    torn: () => written > 0,
    holds: (owner) => jobs.some((job) => job.owner === owner),
    size: () => size,
  };
}

/** The line ends in a block. */
export function countLines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}
