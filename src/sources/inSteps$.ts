import { Observable } from 'rxjs';

/**
 * Subscribes to a step again each time it completes, until it has emitted a last value: in a loop, however many steps there
 * are and whether or not they complete at once. `repeat`, `expand` and a chain of `concatMap` call themselves for each.
 */
export function repeatSteps$<T>(step$: Observable<T>, isLast: (value: T) => boolean): Observable<T> {
  return new Observable((subscriber) => {
    let over = false;
    let due = true;
    let looping = false;
    const advance = (): void => {
      if (looping) return;
      looping = true;
      while (due && !subscriber.closed) {
        due = false;
        subscriber.add(step$.subscribe({ next, error, complete }));
      }
      looping = false;
    };
    const next = (value: T): void => {
      over ||= isLast(value);
      subscriber.next(value);
    };
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    const complete = (): void => {
      if (over) {
        subscriber.complete();
        return;
      }
      due = true;
      advance();
    };
    advance();
  });
}
