import {
  concat,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  share,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Command, withCommands } from '../../src/index.js';
import { at, hangUp, reset, restart, stop } from './events.js';
import { virtually } from './virtually.js';

const commands = { s: stop, r: restart, z: reset, h: hangUp };

/** Echoes the commands, and ends `slow` ms after a stop. */
const echo =
  (slow = 0) =>
  (command$: Observable<Command>): Observable<string> =>
    command$.pipe(
      map(({ type }) => type),
      takeUntil(
        command$.pipe(
          filter(({ type }) => type === 'stop'),
          mergeMap(() => timer(slow)),
        ),
      ),
    );

describe('withCommands', () => {
  it('hands hot commands on, and one subscription serves the whole pipeline', () => {
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot<Command>('-r-z--s', commands);
      const result$ = withCommands(source$, (command$) => merge(echo(2)(command$), echo(2)(command$)));
      const values = { r: 'restart', z: 'reset', s: 'stop' };
      // A group takes as many frames as it has characters.
      expectObservable(result$.pipe(filter((_, index) => index % 2 === 0))).toBe('-r-z--s-|', values);
      expectSubscriptions(source$.subscriptions).toBe('^-------!');
    });
  });

  it('hands cold commands on, subscribed once', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>('-r-z--s', commands);
      const result$ = withCommands(source$, (command$) =>
        concat(command$.pipe(take(1)), command$.pipe(take(1)), command$.pipe(take(1))),
      );
      expectObservable(result$).toBe('-r-z--(s|)', commands);
      expectSubscriptions(source$.subscriptions).toBe('^-----!');
    });
  });

  it('hands synchronous commands on, in their order, after the pipeline has subscribed', () => {
    const seen: string[] = [];
    withCommands(of(restart, reset, stop), (command$) =>
      merge(
        of('pipeline'),
        command$.pipe(
          map(({ type }) => type),
          take(3),
        ),
      ),
    ).subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push('complete'),
    });
    expect(seen).toEqual(['pipeline', 'restart', 'reset', 'stop', 'complete']);
  });

  it('is cold, and each subscription has commands of its own', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>('-s', commands);
      const result$ = withCommands(source$, echo(1));
      expectSubscriptions(source$.subscriptions).toBe(['^-!', '--^-!']);
      expectObservable(result$).toBe('-s|', { s: 'stop' });
      expectObservable(result$, '--^').toBe('---s|', { s: 'stop' });
    });
  });

  it.each([
    ['never', NEVER],
    ['empty', EMPTY],
  ])('lets the pipeline go on when there are no commands: %s', (_name, source$) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(withCommands(source$, () => cold('-a-b-|'))).toBe('-a-b-|');
      expectObservable(withCommands(source$, () => cold('-a-b-#'))).toBe('-a-b-#');
      expectObservable(withCommands(source$, () => NEVER)).toBe('');
    });
  });

  it('lets the pipeline go on when the commands complete, and does not complete their stream for it', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>('-r|', commands);
      const result$ = withCommands(source$, (command$) =>
        merge(command$.pipe(map(({ type }) => type)), cold('----a|')).pipe(take(2)),
      );
      expectObservable(result$).toBe('-r--(a|)', { r: 'restart', a: 'a' });
      expectObservable(withCommands(source$, (command$) => command$.pipe(ignoreElements()))).toBe('');
      expectSubscriptions(source$.subscriptions).toBe(['^-!', '^-!']);
    });
  });
});

describe('withCommands, when the commands fail', () => {
  it.each([
    ['later', '-r--#', '-r--s--#'],
    ['at once', '#', 's--#'],
  ])('%s: stops the pipeline, and passes the error on once it has completed', (_name, source, result) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>(source, commands);
      expectObservable(withCommands(source$, echo(3))).toBe(result, { r: 'restart', s: 'stop' });
      expectSubscriptions(source$.subscriptions).toBe(source === '#' ? '(^!)' : '^---!');
    });
  });

  it('synchronously, after commands: these come first', () => {
    const seen: string[] = [];
    const failure = new Error('commands');
    withCommands(
      concat(
        of(restart),
        throwError(() => failure),
      ),
      (command$) =>
        command$.pipe(
          map(({ type }) => type),
          take(2),
        ),
    ).subscribe({ next: (value) => seen.push(value), error: (error: unknown) => seen.push(String(error)) });
    expect(seen).toEqual(['restart', 'stop', 'Error: commands']);
  });

  it('an error of the pipeline is passed on in place of theirs', () => {
    virtually(({ cold, expectObservable }) => {
      const result$ = withCommands(cold<Command>('-#', commands, 'commands'), () => cold('---#', {}, 'pipeline'));
      expectObservable(result$).toBe('---#', {}, 'pipeline');
    });
  });
});

describe('withCommands unsubscribed', () => {
  it('stops the pipeline, which goes on unseen until it completes', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const received: string[] = [];
      const source$ = hot<Command>('-r---------', commands);
      const work$ = cold('-a-b-c-d-|');
      const result$ = withCommands(source$, (command$) =>
        merge(
          work$,
          command$.pipe(
            tap(({ type }) => received.push(type)),
            ignoreElements(),
            takeUntil(timer(9)),
          ),
        ),
      );
      expectObservable(result$, '----!').toBe('-a-b');
      expectSubscriptions(work$.subscriptions).toBe('^--------!');
      // Those who unsubscribed can still hurry it.
      expectSubscriptions(source$.subscriptions).toBe('^--------!');
      timer(20).subscribe(() => {
        expect(received).toEqual(['restart', 'stop']);
      });
    });
  });

  it('leaves no error behind that comes later, of commands or pipeline', () => {
    virtually(({ cold, expectObservable }) => {
      const source$ = cold<Command>('--#', commands, 'commands');
      expectObservable(
        withCommands(source$, () => cold('-a--b-#')),
        '--!',
      ).toBe('-a');
      expectObservable(
        withCommands(source$, () => cold('-a--b-|')),
        '--!',
      ).toBe('-a');
    });
  });

  it('sends no stop when all is over already', () => {
    const received: Command[] = [];
    const source$ = new Subject<Command>();
    const done$ = new Subject<void>();
    const subscription = withCommands(source$, (command$) => {
      command$.subscribe((command) => received.push(command));
      return done$;
    }).subscribe();
    done$.complete();
    subscription.unsubscribe();
    expect(received).toEqual([]);
    expect(source$.observed).toBe(false);
  });

  it('within the very subscription, by a first value that is enough: is a stop too', () => {
    const received: string[] = [];
    const source$ = new Subject<Command>();
    const seen: string[] = [];
    withCommands(source$, (command$) =>
      merge(
        command$.pipe(
          tap(({ type }) => received.push(type)),
          take(1),
          ignoreElements(),
        ),
        of('first', 'second'),
      ),
    )
      .pipe(take(1))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual(['first']);
    expect(received).toEqual(['stop']);
    expect(source$.observed).toBe(false);
  });
});

describe('a pipeline that', () => {
  const failure = new Error('project');

  it('cannot be made is an error', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>('-r', commands);
      const result$ = withCommands(source$, () => {
        throw failure;
      });
      expectObservable(result$).toBe('#', {}, failure);
      expectSubscriptions(source$.subscriptions).toBe([]);
    });
  });

  it.each([
    ['completes', EMPTY, '|'],
    ['completes with values', of('a'), '(a|)'],
    ['fails', throwError(() => failure), '#'],
  ])('%s at once leaves the commands alone', (_name, pipeline$, expected) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<Command>('-r', commands);
      expectObservable(withCommands(source$, () => pipeline$)).toBe(expected, undefined, failure);
      expectSubscriptions(source$.subscriptions).toBe([]);
    });
  });

  it('completes or fails later takes the commands back', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot<Command>('------r', commands);
      expectObservable(withCommands(source$, () => cold('--|'))).toBe('--|');
      expectObservable(withCommands(source$, () => cold('---#'))).toBe('---#');
      expectSubscriptions(source$.subscriptions).toBe(['^-!', '^--!']);
    });
  });

  it('completes in reaction to a synchronous command takes the rest of them back', () => {
    const seen: string[] = [];
    withCommands(of(restart, stop, reset), echoUntilStop).subscribe((value) => seen.push(value));
    expect(seen).toEqual(['restart', 'stop']);
  });

  function echoUntilStop(command$: Observable<Command>): Observable<string> {
    return command$.pipe(
      take(2),
      map(({ type }) => type),
    );
  }
});

describe('commands in reaction', () => {
  it('to a command wait their turn: all who listen see the same order', () => {
    const source$ = new Subject<Command>();
    const [first, second]: [string[], string[]] = [[], []];
    withCommands(source$, (command$) => {
      command$.subscribe(({ type }) => {
        first.push(type);
        if (type === 'restart') source$.next(reset);
        if (type === 'reset') source$.next(stop);
      });
      command$.subscribe(({ type }) => second.push(type));
      return NEVER;
    }).subscribe();
    source$.next(restart);
    expect(first).toEqual(['restart', 'reset', 'stop']);
    expect(second).toEqual(first);
  });

  it('to a value wait their turn: what the value was part of comes first', () => {
    const source$ = new Subject<Command>();
    const seen: string[] = [];
    const pipeline$ = new Subject<string>();
    withCommands(source$, (command$) =>
      merge(
        command$.pipe(
          tap(({ type }) => seen.push(`sent ${type}`)),
          mergeMap(({ type }) => of(`${type} a`, `${type} b`)),
        ),
        pipeline$,
      ),
    ).subscribe((value) => {
      seen.push(value);
      if (value === 'restart a') source$.next(reset);
    });
    source$.next(restart);
    expect(seen).toEqual(['sent restart', 'restart a', 'restart b', 'sent reset', 'reset a', 'reset b']);
  });

  it('to a value that came by itself wait their turn: all who listen see the same order', () => {
    const source$ = new Subject<Command>();
    const pipeline$ = new Subject<string>();
    const [first, second]: [string[], string[]] = [[], []];
    const result$ = withCommands(source$, (command$) => merge(pipeline$, command$.pipe(map(({ type }) => type)))).pipe(
      share(),
    );
    result$.subscribe((value) => {
      first.push(value);
      if (value === 'value') source$.next(reset);
    });
    result$.subscribe((value) => second.push(value));
    pipeline$.next('value');
    expect(first).toEqual(['value', 'reset']);
    expect(second).toEqual(first);
  });

  it('a stop by unsubscription in reaction to a command comes after it', () => {
    const source$ = new Subject<Command>();
    const seen: string[] = [];
    const subscription = withCommands(source$, (command$) => {
      command$.subscribe(({ type }) => {
        if (type === 'restart') subscription.unsubscribe();
      });
      command$.subscribe(({ type }) => seen.push(type));
      return NEVER;
    }).subscribe();
    source$.next(restart);
    expect(seen).toEqual(['restart', 'stop']);
  });

  it('that come late, after a wait, are nothing special', () => {
    virtually(({ expectObservable }) => {
      expectObservable(withCommands(at(3, stop), echo(2))).toBe('---s-|', { s: 'stop' });
    });
  });
});
