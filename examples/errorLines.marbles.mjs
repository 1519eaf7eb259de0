// A policy of your own, between child$ and restartAt: three error lines within 10 s end the run as a crash.
import { bufferCount, connect, defer, filter, ignoreElements, map, merge, Subject, take, tap, timestamp } from 'rxjs';
import { child$, lines, restartAt } from 'rxvisor';
import { lifecycle } from 'rxvisor/testing';
/**
 * @import { MonoTypeOperatorFunction } from 'rxjs'
 * @import { Act, ChildEvent } from 'rxvisor'
 */

/**
 * Sends a signal without a stop command, so the exit counts as a crash and is restarted.
 *
 * @type {(act$: Subject<Act>, max: number, within: number) => MonoTypeOperatorFunction<ChildEvent>}
 */
const endOnErrors = (act$, max, within) =>
  connect((event$) => {
    const tooMany$ = event$.pipe(
      lines(),
      filter(({ line }) => line.startsWith('error')),
      timestamp(),
      map(({ timestamp }) => timestamp),
      bufferCount(max, 1),
      filter((times) => times.length === max && Math.max(...times) - Math.min(...times) <= within),
      take(1),
    );
    const endRun = () => act$.next({ type: 'signal', signal: 'SIGTERM' });
    return merge(event$, tooMany$.pipe(tap(endRun), ignoreElements()));
  });

lifecycle(({ fake, expectLifecycle }) => {
  const child = fake(['s 5s e 5s e 5s e 1s e 1s e', 's'], { values: { e: 'error: no database' } });
  const run$ = defer(() => {
    const act$ = new Subject();
    return child$({ command: 'app' }, { act$, effects: child }).pipe(endOnErrors(act$, 3, 10_000));
  });
  // The first three are 10,002 ms apart; with the fourth there are three within 6 s.
  expectLifecycle(run$.pipe(restartAt([100]))).toBe('(sr) 4997ms o 5s o 5s o 1s (oyb) 95ms (sr) ...');
});
console.log('passed: three error lines within 10 s are a crash');
