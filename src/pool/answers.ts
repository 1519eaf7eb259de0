import { frames, WITH_STREAM } from '../wire/frames.js';
import { UnreadableError } from '../wire/unreadableError.js';
import type { IdOf } from '../wire/idsOf.js';
import type { Response } from './response.js';
import type { Slot } from './slot.js';
import type { Ticket } from './ticket.js';

export interface Answers {
  /** Whether the frame was about a request. */
  readonly take: (slot: Slot, type: number, id: number, value: unknown, more: number) => boolean;
}

export interface AnswersOptions {
  readonly idOf: IdOf;
  /** A request fails while its worker is at it. */
  readonly drop: (ticket: Ticket, error: unknown) => void;
  /** A worker can be sent more. */
  readonly onRoom: (slot: Slot) => void;
}

/** What workers say about requests, each of which settles once. */
export function answers({ idOf, drop, onRoom }: AnswersOptions): Answers {
  return {
    take: (slot, type, id, value, more) => {
      switch (type & ~WITH_STREAM) {
        case frames.answer: {
          const ticket = letGo(slot, id);
          const response = answerOf(slot, ticket, type, value, more);
          if (ticket !== undefined && response !== undefined) {
            settle(ticket);
            if (value instanceof UnreadableError) {
              response.stream?.destroy();
              ticket.subscriber.error(value);
            } else {
              ticket.subscriber.next(response);
              ticket.subscriber.complete();
            }
          }
          break;
        }
        case frames.next: {
          const held = slot.held.get(id);
          const ticket = held?.state === 'sent' ? held : undefined;
          const response = answerOf(slot, ticket, type, value, more);
          if (ticket === undefined || response === undefined) return true;
          if (value instanceof UnreadableError) {
            response.stream?.destroy();
            drop(ticket, value);
            return true;
          }
          ticket.answers += 1;
          ticket.subscriber.next(response);
          return true;
        }
        case frames.done: {
          const ticket = letGo(slot, id);
          if (ticket === undefined) break;
          settle(ticket);
          ticket.subscriber.complete();
          break;
        }
        case frames.fail: {
          const ticket = letGo(slot, id);
          if (ticket === undefined) break;
          settle(ticket);
          ticket.subscriber.error(value);
          break;
        }
        case frames.release: {
          const ticket = slot.held.get(id);
          if (ticket === undefined || ticket.released) return true;
          ticket.released = true;
          slot.load -= 1;
          break;
        }
        default:
          return false;
      }
      onRoom(slot);
      return true;
    },
  };

  /** A stream that nobody is there to read is told so. */
  function answerOf(
    { number, link }: Slot,
    ticket: Ticket | undefined,
    type: number,
    data: unknown,
    more: number,
  ): Response | undefined {
    const stream = (type & WITH_STREAM) === 0 ? undefined : link?.streams.accept(more);
    if (ticket === undefined) {
      stream?.destroy();
      return undefined;
    }
    return {
      id: idOf(ticket.number),
      createdAt: ticket.createdAt,
      data,
      stream,
      hasStream: stream !== undefined,
      worker: number,
    };
  }
}

/** The worker is done with it. Undefined when nobody waits for it. */
function letGo(slot: Slot, id: number): Ticket | undefined {
  const ticket = slot.held.get(id);
  if (ticket === undefined) return undefined;
  slot.held.remove(ticket);
  if (!ticket.released) slot.load -= 1;
  if (ticket.state === 'sent') return ticket;
  ticket.state = 'settled';
  ticket.deadline?.unsubscribe();
  return undefined;
}

function settle(ticket: Ticket): void {
  ticket.state = 'settled';
  ticket.payload = undefined;
  ticket.deadline?.unsubscribe();
  ticket.onSettled?.();
}
