// Dependencies: the app starts when its database is ready, also if the database restarts first.
import { filter, first, share, switchMap } from 'rxjs';
import { lifecycle } from 'rxvisor/testing';

/** @type {(db$: import('rxjs').Observable<import('rxvisor').ChildEvent>) => import('rxjs').MonoTypeOperatorFunction<import('rxvisor').ChildEvent>} */
const afterReadinessOf = (db$) => (app$) =>
  db$.pipe(
    filter(({ type }) => type === 'ready'),
    first(),
    switchMap(() => app$),
  );

lifecycle(({ fake, managed, expectLifecycle }) => {
  const db = fake(['s 1s x', 's 3s r']); // crashes as it starts, and is ready at the second attempt
  const app = fake(['s']);
  const db$ = managed(db).pipe(share());
  expectLifecycle(db$).toBe('s 1s (xb) 96ms s 3s r ...');
  expectLifecycle(managed(app).pipe(afterReadinessOf(db$))).toBe('4102ms (sr) ...');
});
console.log('passed: the app waits for its database');
