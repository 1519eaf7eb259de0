import type { RestartLimit } from '../model/childSpec.js';
import { timesWithin } from '../model/recent.js';

/** The restarts that the parts of a group share. Once they are used up, none of its parts is started again. */
export interface RestartBudget {
  /** Takes one at `now`, if there is one. */
  readonly allow: (now: number) => boolean;
  readonly reset: () => void;
  /** Uses up what there is. */
  readonly spend: () => void;
}

export function restartBudget(limit: RestartLimit | undefined): RestartBudget {
  let taken: readonly number[] = [];
  let spent = false;
  return {
    allow: (now) => {
      if (limit !== undefined) {
        taken = timesWithin(taken, now, limit.within);
        spent ||= taken.length >= limit.max;
        taken = [...taken, now];
      }
      return !spent;
    },
    reset: () => {
      taken = [];
    },
    spend: () => {
      spent = true;
    },
  };
}
