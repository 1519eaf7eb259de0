import type { ControlClient } from '../../control/controlClient.js';

/** Whose a child is, as programs read it. */
export interface ManagerMark {
  readonly pid: number;
  readonly name?: string;
}

export function managerOf({ manager: { pid, name } }: Pick<ControlClient, 'manager'>): ManagerMark {
  return { pid, ...(name !== undefined && { name }) };
}
