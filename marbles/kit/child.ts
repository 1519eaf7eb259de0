import { defer, delay, filter, map, merge, mergeMap, type Observable, of, takeWhile } from 'rxjs';
import { type Act, type ChildEvent, isTerminal } from '../../src/index.js';
import { legend } from '../../src/testing/legend.js';
import { play$ } from './play.js';

const events: Readonly<Record<string, { readonly means: string; readonly event: ChildEvent } | undefined>> = legend;

/** A fake child: one run for each subscription, in order. The last one repeats. */
export function child$(
  scores: readonly string[],
  act$: Observable<Act>,
  onStop: number | 'ignore',
  texts: string[],
): Observable<ChildEvent> {
  let begun = 0;
  return defer(() => {
    const score = scores[Math.min(begun, scores.length - 1)]!;
    begun += 1;
    const said$ = play$(score).pipe(
      map((sign): ChildEvent => {
        const { event } = events[sign]!;
        return event.type === 'output' ? { ...event, text: texts.shift() ?? event.text } : event;
      }),
    );
    const ended$ = act$.pipe(
      filter(({ type }) => type === 'kill' || (type === 'ask' && onStop !== 'ignore')),
      mergeMap(({ type }) => {
        const q$ = of(events.q!.event);
        return type === 'kill' || onStop === 'ignore' ? q$ : q$.pipe(delay(onStop));
      }),
    );
    return merge(ended$, said$).pipe(takeWhile((event) => !isTerminal(event), true));
  });
}
