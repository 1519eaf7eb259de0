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
import { decodeParams } from './methods.js';

/** Sends a value to the client; resolves when the system has taken it. */
type Deliver = (value: unknown) => Promise<void>;

/** So many UTF-16 code units of events may wait for a client. */
const MAX_WAITING = 1_048_576;
const BASE_EVENT_SIZE = 200;

/**
 * A stream at the pace of one client, who may not read at all: statuses are skipped, for the latest says it all; logs
 * are read no further; of events none may be missed, so that a client too far behind loses the stream, and is told.
 *
 * @returns a stream that completes when all has been sent; `next` says nothing
 * @throws RxvisorError with code `ERR_OPTION`
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
      // Waits for nobody: the process may exit in this very moment.
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
        if (waiting > MAX_WAITING) throw new RxvisorError('ERR_CONTROL', 'events: read too slowly. Subscribe again.');
        return { event, size };
      }),
      concatMap(({ event, size }) => from(deliver(event)).pipe(finalize(() => (waiting -= size)))),
      ignoreElements(),
    );
  });
}

/** A child with `serialization: 'advanced'` may send what JSON cannot hold: that is shown. */
function toJson(event: SupervisorEvent): SupervisorEvent {
  if (event.type !== 'message' || jsonSize(event.message) < Infinity) return event;
  return { ...event, message: show(event.message) };
}
