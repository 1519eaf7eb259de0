import { concat, defer, EMPTY, identity, type MonoTypeOperatorFunction, of, tap } from 'rxjs';
import { type ChildEvent, type EventOrigin, originOf, type StoppingAll } from '../model/childEvent.js';
import type { Plan } from '../model/spec/plan.js';

/**
 * Decides whether the end of a child stops all children of its supervisor. If so, the last event is `stoppingAll`, with the
 * reason.
 *
 * ```text
 * event$                               s-z|        s-(xb)--s-(xg)|        s-(xb)-p|
 * stopAllAtEnd({onExit: 'stopAll'})    s-z(e|)     s-(xb)--s-(xg)(e|)     s-(xb)-p|
 *
 * z: exited with code 0    x: crashed    b: backingOff    g: gaveUp    p: stopping, by a command    e: stoppingAll
 * ```
 *
 * The child has ended for good when its events complete after a run that ended by itself (`onExit`), or after `gaveUp` (`onExit`
 * and `onFailure`). The end of a run or of a back-off by a command does not count.
 *
 * @param atEnd `onExit` and `onFailure` of the spec
 * @param isFinal called at such an end. False: another run follows after all. Default: always true
 * @throws errors of the source
 */
export function stopAllAtEnd(
  { onExit, onFailure }: Plan['atEnd'],
  isFinal: () => boolean = () => true,
): MonoTypeOperatorFunction<ChildEvent> {
  if (onExit === 'ignore' && onFailure === 'ignore') return identity;
  return (event$) =>
    defer(() => {
      let end = unknownEnd;
      const decision$ = defer(() => {
        const { reason, code, signal, origin } = end;
        const stopsAll = onExit === 'stopAll' || (onFailure === 'stopAll' && reason === 'failure');
        if (reason === undefined || !stopsAll || !isFinal()) return EMPTY;
        return of<ChildEvent>({ type: 'stoppingAll', reason, code, signal, ...origin });
      });
      return concat(event$.pipe(tap((event) => (end = endAfter(end, event)))), decision$);
    });
}

/** How the last run ended. `reason` is undefined if the child runs, will run again, or was stopped by a command. */
interface ChildEnd extends Pick<StoppingAll, 'code' | 'signal'> {
  readonly reason: StoppingAll['reason'] | undefined;
  readonly origin: EventOrigin;
}

const unknownEnd: ChildEnd = { reason: undefined, code: null, signal: null, origin: { attempt: 0 } };

function endAfter(end: ChildEnd, event: ChildEvent): ChildEnd {
  switch (event.type) {
    case 'exited': {
      const { code, signal, expected } = event;
      return { reason: expected ? undefined : 'exit', code, signal, origin: originOf(event) };
    }
    case 'gaveUp':
      return { ...end, reason: 'failure', origin: originOf(event) };
    case 'spawned':
    case 'spawnFailed':
      return unknownEnd;
    case 'backingOff':
      return { ...end, reason: undefined };
    default:
      return end;
  }
}
