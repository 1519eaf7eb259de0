// A policy of your own, between child$ and restartAt: three error lines within 10 s end the run as a crash.
import { bufferCount, connect, defer, filter, ignoreElements, merge, Subject, take, tap, timestamp } from 'rxjs';
import { child$, lines, restartAt } from 'rxvisor';
import { lifecycle } from 'rxvisor/testing';

/**
 * Sends a signal without a stop command, so the exit counts as a crash and is restarted.
 *
 * @type {(act$: Subject<import('rxvisor').Act>, max: number, within: number) => import('rxjs').MonoTypeOperatorFunction<import('rxvisor').ChildEvent>}
 */
const endOnErrors = (act$, max, within) =>
  connect((event$) => {
    const tooMany$ = event$.pipe(
      lines(),
      filter(({ line }) => line.startsWith('error')),
      timestamp(),
      bufferCount(max, 1),
      filter((last) => last.length === max && (last[max - 1]?.timestamp ?? 0) - (last[0]?.timestamp ?? 0) <= within),
      take(1),
    );
    const end = () => act$.next({ type: 'signal', signal: 'SIGTERM' });
    return merge(event$, tooMany$.pipe(tap(end), ignoreElements()));
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
