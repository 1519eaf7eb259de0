import type { State, Status } from '../model/status.js';
import type { Usage } from '../model/usage.js';
import { runEndText } from './endOf.js';
import { formatBytes } from './formatBytes.js';
import { formatDuration } from './formatDuration.js';
import { formatPercent } from './formatPercent.js';
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

/** The columns that a table has when there is something to show in them. */
export const optionalColumns = ['INST', 'CPU', 'MEM'] as const;
/** Those that can be missed where there is no room for all, in the order in which they go. */
export const droppableColumns = ['MEM', 'CPU', 'UPTIME', 'INST'] as const;

/** What a table shows of a child at `now`, by the head of the column; `-` for what there is not. */
export function statusCells(status: Status, now: number, usage?: Usage): Readonly<Record<Column, Cell>> {
  const { id, instance, pid, state, restarts, startedAt, lastExit } = status;
  // What was seen of an earlier run says nothing of this one.
  const used = usage?.pid === pid ? usage : undefined;
  const { text, colour } = labelOf(status);
  return {
    ID: { text: String(id ?? NONE) },
    NAME: { text, colour },
    INST: { text: instance === undefined ? NONE : String(instance) },
    PID: { text: pid === undefined ? NONE : String(pid) },
    STATE: STATES[state],
    RESTARTS: { text: String(restarts) },
    UPTIME: { text: startedAt === undefined ? NONE : formatDuration(now - startedAt) },
    CPU: { text: used === undefined ? NONE : formatPercent(used.cpu) },
    MEM: { text: used === undefined ? NONE : formatBytes(used.rss) },
    'LAST EXIT': { text: lastExit === undefined ? NONE : runEndText(lastExit) },
  };
}

export type Column =
  (typeof optionalColumns)[number] | 'ID' | 'NAME' | 'PID' | 'STATE' | 'RESTARTS' | 'UPTIME' | 'LAST EXIT';

const NONE = '-';
