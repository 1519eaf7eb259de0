import { delay, merge, NEVER, type Observable, of, takeWhile } from 'rxjs';
import { readScore } from './score.js';

/** Reads a score: its letters with their times. */
export function play$(score: string): Observable<string> {
  return merge(...readScore(score).map(({ at, sign }) => (at === 0 ? of(sign) : of(sign).pipe(delay(at)))), NEVER).pipe(
    takeWhile((sign) => sign !== '|'),
  );
}
