import { numberTable } from '../wire/numberTable.js';
import type { Slot } from './slot.js';
import { ticketQueue } from './ticketQueue.js';

/** The place of a worker that is about to be started. */
export function createSlot(number: number, sendHandle: Slot['sendHandle']): Slot {
  return {
    number,
    id: 0,
    pid: undefined,
    state: 'starting',
    leaving: false,
    link: undefined,
    held: numberTable(),
    load: 0,
    sockets: 0,
    served: 0,
    ageing: undefined,
    health: undefined,
    keyed: ticketQueue(),
    sendHandle,
  };
}
