import { settleOf } from '../model/settleOf.js';
import type { ChildSpec } from '../model/childSpec.js';
import type { CommandResult } from '../model/status.js';
import type { Supervisor } from '../supervise.js';
import { awaitSettled } from './settled.js';

/** What became of the children that clients have started. A client may ask later: a start is watched from its first event. */
export interface StartResults {
  /** Starts a child; gives its id. */
  readonly start: (spec: ChildSpec) => number;
  /** What became of its start; undefined for one that was started otherwise, or is forgotten. */
  readonly of: (id: number | undefined) => Promise<CommandResult> | undefined;
}

export function startResults(supervisor: Pick<Supervisor, 'start'>): StartResults {
  const results = new Map<number | undefined, Promise<CommandResult>>();
  return {
    start: (spec) => {
      const child = supervisor.start(spec);
      results.set(child.id, awaitSettled(child, settleOf(spec)));
      const forget = (): void => void results.delete(child.id);
      child.event$.subscribe({ complete: forget, error: forget });
      return child.id;
    },
    of: (id) => results.get(id),
  };
}
