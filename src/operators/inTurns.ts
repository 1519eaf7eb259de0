import { Observable } from 'rxjs';

/**
 * Lets jobs be done one after the other, whoever asks for them: each is subscribed to when those before it have ended, or have
 * been given up.
 *
 * ```text
 * inTurn$(a)   (wait)a----|
 * inTurn$(b)             b---|
 * ```
 */
export function jobQueue(): <T>(job$: Observable<T>) => Observable<T> {
  const waiting = new Set<() => void>();
  let busy = false;
  let advancing = false;

  return (job$) =>
    new Observable((subscriber) => {
      const begin = (): void => {
        subscriber.add(job$.subscribe(subscriber));
      };
      // Before it begins: it may end at once.
      subscriber.add(() => {
        if (waiting.delete(begin)) return;
        busy = false;
        advance();
      });
      waiting.add(begin);
      advance();
    });

  /** A loop: of jobs that end at once each would otherwise begin within the end of the one before. */
  function advance(): void {
    if (advancing) return;
    advancing = true;
    for (const begin of waiting) {
      if (busy) break;
      waiting.delete(begin);
      busy = true;
      begin();
    }
    advancing = false;
  }
}
