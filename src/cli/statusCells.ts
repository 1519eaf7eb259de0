import type { State, Status } from '../model/status.js';
import { endOf } from './endOf.js';
import { formatDuration } from './formatDuration.js';
import { labelOf } from './labelOf.js';
import type { Cell } from './tableOf.js';

const STATES: Readonly<Record<State, Cell>> = {
  starting: { text: 'starting', colour: 'yellow' },
  online: { text: 'online', colour: 'green' },
  backingOff: { text: 'backing off', colour: 'yellow' },
  stopping: { text: 'stopping', colour: 'yellow' },
  stopped: { text: 'stopped', colour: 'dim' },
  failed: { text: 'failed', colour: 'red' },
};

/** What a table shows of a child at `now`, by the head of the column. */
export function statusCells(status: Status, now: number): Readonly<Record<Column, Cell>> {
  const { id, pid, state, restarts, startedAt, lastExit } = status;
  const { text, colour } = labelOf(status);
  return {
    ID: { text: String(id ?? '-') },
    NAME: { text, colour },
    PID: { text: pid === undefined ? '-' : String(pid) },
    STATE: STATES[state],
    RESTARTS: { text: String(restarts) },
    UPTIME: { text: startedAt === undefined ? '-' : formatDuration(now - startedAt) },
    'LAST EXIT': { text: lastExit === undefined ? '-' : endOf(lastExit) },
  };
}

type Column = 'ID' | 'NAME' | 'PID' | 'STATE' | 'RESTARTS' | 'UPTIME' | 'LAST EXIT';
