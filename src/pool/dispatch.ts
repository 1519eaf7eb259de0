import { frames, WITH_SOCKET, WITH_STREAM } from '../wire/frames.js';
import type { Slot } from './slot.js';
import type { Ticket } from './ticket.js';

/** Gives a request to a worker. */
export function dispatch(slot: Slot, ticket: Ticket): void {
  const { link } = slot;
  const { number, payload, createdAt, options } = ticket;
  if (link === undefined) return;
  ticket.state = 'sent';
  ticket.slot = slot;
  slot.held.add(ticket);
  slot.load += 1;
  slot.served += 1;
  if (options.stream === undefined && options.socket === undefined) {
    link.send(frames.request, number, payload, createdAt);
    return;
  }
  const withStream = options.stream === undefined ? 0 : WITH_STREAM;
  const withSocket = options.socket === undefined ? 0 : WITH_SOCKET;
  link.send(frames.request | withStream | withSocket, number, payload, createdAt);
  if (options.stream !== undefined) link.streams.open(number, options.stream);
  if (options.socket !== undefined) {
    slot.sockets += 1;
    slot.sendHandle(number, options.socket);
  }
}
