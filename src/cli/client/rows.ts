import type { CommandResult } from '../../model/status.js';
import type { ControlClient } from '../../control/controlClient.js';
import type { Usage } from '../../model/usage.js';
import { type ManagerSummary, summarizeManager } from './managerOf.js';

/** A child, and whose it is. */
export interface Row extends CommandResult {
  readonly manager: ManagerSummary;
  /** What it uses, if that was asked for. */
  readonly usage?: Usage;
}

/** The children of a manager as they are listed. */
export function rowsOf(client: ControlClient, statuses: readonly CommandResult[]): readonly Row[] {
  const manager = summarizeManager(client);
  return statuses.map((status) => ({ manager, ...status }));
}
