import type { ControlClient } from '../../control/controlClient.js';

/** Whose a child is, as programs read it. */
export interface ManagerSummary {
  readonly pid: number;
  readonly name?: string;
}

export function summarizeManager({ manager: { pid, name } }: Pick<ControlClient, 'manager'>): ManagerSummary {
  return { pid, ...(name !== undefined && { name }) };
}
