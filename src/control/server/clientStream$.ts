import {
  concatMap,
  defer,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  type Observable,
  Subject,
  tap,
  throttle,
} from 'rxjs';
import * as v from 'valibot';
import { RxvisorError } from '../../model/errors.js';
import { flag, number } from '../../model/schema/fields.js';
import { show } from '../../model/show.js';
import { byteCredit } from '../../operators/byteCredit.js';
import type { Supervisor, SupervisorEvent } from '../../supervisor/supervise.js';
import { jsonSize } from '../protocol/frames.js';
import { targetSchema as target } from '../protocol/targetSchema.js';
import type { EventHistory } from './eventHistory.js';
import { logBlocks$ } from './logBlocks$.js';
import { decodeParams } from './decodeParams.js';

/** Sends a value to the client. Resolves when the system has accepted the bytes. */
type Deliver = (value: unknown) => Promise<void>;

/** Maximum size of the events that wait for a client, and the size that is assumed for each, in UTF-16 code units. */
const MAX_WAITING = 1_048_576;
const BASE_EVENT_SIZE = 200;

/**
 * Sends a stream to one client at the pace at which that client reads.
 *
 * When the client is slow: `status` skips to the latest snapshot, `logs` stops reading the files, and `event`, which
 * must not lose anything, ends with an error.
 *
 * @returns completes when everything was sent; emits no values
 * @throws RxvisorError with code `ERR_OPTION` for an unknown stream or invalid parameters
 */
export function clientStream$(
  name: string,
  params: unknown,
  { supervisor, history }: { readonly supervisor: Supervisor; readonly history: EventHistory },
  deliver: Deliver,
): Observable<never> {
  switch (name) {
    case 'status':
      decodeParams(noParams, params);
      return latest$(supervisor.status$, deliver);
    case 'event':
      decodeParams(noParams, params);
      return allEvents$(supervisor.event$.pipe(filter(({ type }) => type !== 'output')), deliver);
    case 'end':
      decodeParams(noParams, params);
      // Does not wait for the client: the process may exit right now.
      return supervisor.status$.pipe(ignoreElements());
    case 'logs': {
      const { target, lines, follow = false } = decodeParams(logsParams, params);
      const request = { target, lines: lines === 'all' ? Infinity : (lines ?? 10), follow };
      return defer(() => {
        const flow = byteCredit({ high: 65_536, low: 16_384 });
        return logBlocks$(request, supervisor, history, flow).pipe(
          concatMap(async (block) => {
            await deliver(block);
            flow.give(block.text.length);
          }),
          ignoreElements(),
        );
      });
    }
    default:
      throw new RxvisorError(
        'ERR_OPTION',
        `stream: '${name}' is not a stream. Give 'status', 'event', 'end' or 'logs'.`,
      );
  }
}

const noParams = v.strictObject({});
const logsParams = v.strictObject({
  target,
  lines: v.optional(
    v.union(
      [v.literal('all'), number('a number of lines', 'Give 0 or more.', 0, Number.MAX_SAFE_INTEGER, true)],
      `is not a number of lines. Give 0 or more, or 'all'.`,
    ),
  ),
  follow: v.optional(flag),
});

function latest$(source$: Observable<unknown>, deliver: Deliver): Observable<never> {
  return defer(() => {
    const delivered$ = new Subject<void>();
    return source$.pipe(
      throttle(() => delivered$, { leading: true, trailing: true }),
      concatMap((value) => from(deliver(value)).pipe(tap(() => delivered$.next()))),
      ignoreElements(),
    );
  });
}

function allEvents$(source$: Observable<SupervisorEvent>, deliver: Deliver): Observable<never> {
  return defer(() => {
    let waiting = 0;
    return source$.pipe(
      map(toJson),
      map((event) => {
        const size = BASE_EVENT_SIZE + (event.type === 'message' ? jsonSize(event.message) : 0);
        waiting += size;
        if (waiting > MAX_WAITING)
          throw new RxvisorError('ERR_CONTROL', 'events: this client reads too slowly. Subscribe again.');
        return { event, size };
      }),
      concatMap(({ event, size }) => from(deliver(event)).pipe(finalize(() => (waiting -= size)))),
      ignoreElements(),
    );
  });
}

/** Replaces a message that JSON cannot hold (`serialization: 'advanced'`) with its text. */
function toJson(event: SupervisorEvent): SupervisorEvent {
  if (event.type !== 'message' || jsonSize(event.message) < Infinity) return event;
  return { ...event, message: show(event.message) };
}
