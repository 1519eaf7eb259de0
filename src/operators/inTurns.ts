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
export function inTurns(): <T>(job$: Observable<T>) => Observable<T> {
  const waiting = new Set<() => void>();
  let busy = false;

  return (job$) =>
    new Observable((subscriber) => {
      const begin = (): void => {
        waiting.delete(begin);
        busy = true;
        subscriber.add(job$.subscribe(subscriber));
      };
      // Before it begins: it may end at once.
      subscriber.add(() => {
        if (waiting.delete(begin)) return;
        busy = false;
        const [next] = waiting;
        next?.();
      });
      if (busy) waiting.add(begin);
      else begin();
    });
}
