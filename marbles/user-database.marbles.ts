import { filter, merge, share } from 'rxjs';
import { startAfter } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Yours: an app that waits for its database',
  prose:
    'Two children, merged. The app starts when the database is ready. If the database ends later, the app keeps running; to restart both, use restForOne.',
  inputs: { children: { database: ['s 4s r'], app: ['s 1s r'] } },
  until: '7s',
  policy: ({ child, command$ }) => {
    const database$ = child('database')(command$).pipe(share());
    const ready$ = database$.pipe(filter(({ type }) => type === 'ready'));
    return merge(database$, child('app')(command$).pipe(startAfter(ready$)));
  },
  expected: { database: 's 4s r 3s ...', app: '4s s 1s r 2s ...' },
} satisfies Policy;
