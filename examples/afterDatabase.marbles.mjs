// Dependencies: the app starts when its database is ready, also if the database restarts first.
import { filter, first, share, switchMap } from 'rxjs';
import { lifecycle } from 'rxvisor/testing';
/**
 * @import { MonoTypeOperatorFunction, Observable } from 'rxjs'
 * @import { ChildEvent } from 'rxvisor'
 */

/** @type {(db$: Observable<ChildEvent>) => MonoTypeOperatorFunction<ChildEvent>} */
const startWhenReady = (db$) => (app$) =>
  db$.pipe(
    filter(({ type }) => type === 'ready'),
    first(),
    switchMap(() => app$),
  );

lifecycle(({ fake, managed, expectLifecycle }) => {
  const db = fake(['s 1s x', 's 3s r']); // crashes at the first attempt, ready at the second
  const app = fake(['s']);
  const db$ = managed(db).pipe(share());
  expectLifecycle(db$).toBe('s 1s (xb) 96ms s 3s r ...');
  expectLifecycle(managed(app).pipe(startWhenReady(db$))).toBe('4102ms (sr) ...');
});
console.log('passed: the app waits for its database');
