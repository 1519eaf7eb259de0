import type { ControlClient } from '../../control/controlClient.js';
import type { Told } from '../../control/protocol.js';
import type { Usage } from '../../model/usage.js';
import { type ManagerMark, managerOf } from './managerOf.js';

/** A child, and whose it is. */
export interface Row extends Told {
  readonly manager: ManagerMark;
  /** What it uses, if that was asked for. */
  readonly usage?: Usage;
}

/** The children of a manager as they are listed. */
export function rowsOf(client: ControlClient, statuses: readonly Told[]): readonly Row[] {
  const manager = managerOf(client);
  return statuses.map((status) => ({ manager, ...status }));
}
