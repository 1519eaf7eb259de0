import { filter, type Observable, Subject } from 'rxjs';
import type { Encoded } from '../ipc/encode.js';
import { asList, frames } from '../ipc/frames.js';
import { encodeError, encodeWithin, UnreadableError } from '../ipc/sentError.js';
import { checkArgument } from '../model/check.js';
import { name } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import type { BroadcastAnswer, PoolEvent } from './pool.js';
import type { Slot } from './scheduler/ticket.js';

/** Events of the application, in both directions. */
export interface PoolEvents {
  /** Handles an event of a worker. */
  readonly take: (slot: Slot, id: number, value: unknown) => void;
  readonly on$: <T>(event: string) => Observable<PoolEvent<T>>;
  readonly broadcast: (event: string, payload: unknown) => Promise<readonly BroadcastAnswer[]>;
  readonly end: () => void;
}

/** @param limit the maximum size of a frame, in bytes */
export function poolEvents(slots: readonly Slot[], limit: number): PoolEvents {
  const event$ = new Subject<PoolEvent>();
  return {
    take: ({ number, link }, id, value) => {
      if (value instanceof UnreadableError) {
        link?.send(frames.replyFail, id, encodeError(value, limit));
        return;
      }
      const [event, data] = asList(value);
      // As one object: the compiler does not see that `next` may change it.
      const state = { answered: false, late: false };
      const send = (type: number, answer: Encoded): void => link?.send(type, id, answer);
      const reply = (answer: unknown): void => {
        try {
          send(frames.reply, encodeWithin(answer, limit, 'answer'));
        } catch (error) {
          send(frames.replyFail, encodeError(error, limit));
        }
      };
      event$.next({
        worker: number,
        event: String(event),
        data,
        respond: (answer) => {
          if (state.late && !state.answered) throw tooLate(String(event));
          if (state.answered) return false;
          state.answered = true;
          Promise.resolve(answer).then(reply, (error: unknown) => {
            send(frames.replyFail, encodeError(error, limit));
          });
          return true;
        },
      });
      state.late = true;
      if (!state.answered) reply(undefined);
    },
    on$: <T>(event: string) => {
      checkName(event);
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the user knows the type of the payload
      return event$.pipe(filter((one) => one.event === event)) as Observable<PoolEvent<T>>;
    },
    broadcast: async (event, payload) => {
      checkName(event);
      const encoded = encodeWithin([event, payload], limit, 'event');
      const asked = slots.map(async (slot) => answerOf(slot, encoded));
      return (await Promise.all(asked)).filter((answer) => answer !== undefined);
    },
    end: () => {
      event$.complete();
    },
  };
}

/** Undefined for a worker that is not running. */
async function answerOf({ number, link }: Slot, event: Encoded): Promise<BroadcastAnswer | undefined> {
  if (link === undefined) return undefined;
  try {
    return { worker: number, data: await link.ask(event) };
  } catch (error) {
    return { worker: number, error };
  }
}

function checkName(event: unknown): void {
  checkArgument('event', event, name);
}

function tooLate(event: string): RxvisorError {
  return new RxvisorError(
    'ERR_ANSWERED',
    `respond: '${event}' was already answered with undefined: no listener responded before it returned. Call respond synchronously, with a promise if the answer takes time.`,
  );
}
