import type { CrashDigest } from './crashDigest.js';
import type { CrashReport } from './crashReport.js';

/** Crashes that have not been told of yet, in bounded space however many there are. */
export interface CrashBuffer {
  readonly add: (report: CrashReport) => void;
  readonly isEmpty: () => boolean;
  /** What there is to tell, which is then told. */
  readonly take: () => CrashDigest;
}

/** How many kinds of crashes a digest tells apart. */
const KINDS = 10;

export function crashBuffer(): CrashBuffer {
  let count = 0;
  let first = 0;
  let last = 0;
  const kinds = new Map<string, CrashReport>();

  return {
    add: (report) => {
      if (count === 0) first = report.time;
      last = report.time;
      count += 1;
      const kind = JSON.stringify([report.name, report.id, report.cause, report.error.name, report.error.message]);
      // Anew, at the end: the oldest kind is the first to go.
      kinds.delete(kind);
      kinds.set(kind, report);
      if (kinds.size > KINDS) for (const oldest of [...kinds.keys()].slice(0, 1)) kinds.delete(oldest);
    },
    isEmpty: () => count === 0,
    take: () => {
      const digest = { count, first, last, crashes: [...kinds.values()] };
      count = 0;
      kinds.clear();
      return digest;
    },
  };
}
