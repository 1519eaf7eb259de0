import { defer, EMPTY, ignoreElements, map, type Observable, throwError, timer } from 'rxjs';
import { probe$, type ProbeSpec } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const health: ProbeSpec = { http: 'http://localhost:8080/health', every: 10_000, timeout: 3_000, failures: 3 };

/** The first and third poll pass, the second would pass after 12 s, all others are refused. */
const answers$: Observable<never>[] = [EMPTY, timer(12_000).pipe(ignoreElements()), EMPTY];
const refused$ = throwError(() => new Error('ECONNREFUSED'));
const effects = { check$: () => defer(() => answers$.shift() ?? refused$) };

export default {
  title: 'Liveness',
  prose:
    'One poll every 10 s, with a timeout of 3 s. One failure has no effect. After three failures in a row the child counts as dead, until it answers again.',
  legend: { o: 'an answer', f: 'a failure', d: 'a failure; counts as dead' },
  inputs: {},
  until: '1m 5s',
  policy: () => probe$(health, { effects }).pipe(map(({ ok, alive }) => (ok ? 'o' : alive ? 'f' : 'd'))),
  expected: 'o 13s f 7s o 10s f 10s f 10s d 10s d 5s ...',
} satisfies Policy;
