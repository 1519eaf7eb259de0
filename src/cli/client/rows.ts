import type { ControlClient } from '../../control/controlClient.js';
import type { Told } from '../../control/protocol.js';

/** A child, and whose it is. */
export interface Row extends Told {
  readonly manager: { readonly pid: number; readonly name?: string };
}

/** The children of a manager as they are listed. */
export function rowsOf({ manager: { pid, name } }: ControlClient, statuses: readonly Told[]): readonly Row[] {
  const manager = { pid, ...(name !== undefined && { name }) };
  return statuses.map((status) => ({ manager, ...status }));
}
