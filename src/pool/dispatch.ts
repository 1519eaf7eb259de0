import { frames, WITH_SOCKET, WITH_STREAM } from '../wire/frames.js';
import type { Ticket } from './scheduler/ticket.js';
import type { WorkerLink } from './workerLink.js';

/** Sends a request to a worker: its frame first, so that a stream or a handle always has one. */
export function dispatch(
  link: Pick<WorkerLink, 'send' | 'streams'>,
  ticket: Ticket,
  sendSocket: (ticket: Ticket) => void,
): void {
  const { number, payload, createdAt, options } = ticket;
  const { stream, socket } = options;
  const withStream = stream === undefined ? 0 : WITH_STREAM;
  const withSocket = socket === undefined ? 0 : WITH_SOCKET;
  link.send(frames.request | withStream | withSocket, number, payload, createdAt);
  if (stream !== undefined) link.streams.open(number, stream);
  if (socket !== undefined) sendSocket(ticket);
}
