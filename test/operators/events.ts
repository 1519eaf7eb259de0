import { concat, defer, filter, map, merge, type Observable, of, switchMap, timer } from 'rxjs';
import type { Act, ChildEvent, Exited, Output, Spawned, SpawnFailed, Stopping } from '../../src/index.js';

export const stop = { type: 'stop' } as const;
export const restart = { type: 'restart' } as const;
/** By a trigger. */
export const triggered = { type: 'restart', trigger: 'watch' } as const;
export const reset = { type: 'reset' } as const;
export const hangUp = { type: 'signal', signal: 'SIGHUP' } as const;
export const message = { type: 'send', message: 'hello' } as const;

export const spawned: Spawned = { type: 'spawned', pid: 7, attempt: 1 };
export const spawnFailed: SpawnFailed = { type: 'spawnFailed', code: 'ENOENT', message: 'no such file', attempt: 1 };

export function exited(how: number | NodeJS.Signals, expected = false): Exited {
  const [code, signal] = typeof how === 'number' ? [how, null] : [null, how];
  return { type: 'exited', code, signal, uptime: 5, expected, attempt: 1 };
}

export function stopping(reason: Stopping['reason']): Stopping {
  return { type: 'stopping', reason, attempt: 1 };
}

export function output(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Output {
  return { type: 'output', stream, text, attempt: 1 };
}

/** `command`, `ms` from now. */
export function at<T>(ms: number, command: T): Observable<T> {
  return timer(ms).pipe(map(() => command));
}

/** A run of `ms` that ends as `end` says. */
export function life(ms: number, end: ChildEvent): Observable<ChildEvent> {
  return concat(of(spawned), at(ms, end));
}

/** One of these a subscription, in turn; the last one repeats. */
export function lives(...each: readonly Observable<ChildEvent>[]): Observable<ChildEvent> {
  let started = 0;
  return defer(() => {
    started += 1;
    return each[Math.min(started, each.length) - 1]!;
  });
}

/** A run that ends `slow` ms after it was asked to (undefined: never), and at once when it is killed. */
export function obeying(act$: Observable<Act>, slow?: number): Observable<ChildEvent> {
  return merge(
    act$.pipe(
      filter(({ type }) => type === 'ask' && slow !== undefined),
      switchMap(() => at(slow!, exited('SIGTERM', true))),
    ),
    act$.pipe(
      filter(({ type }) => type === 'kill'),
      map(() => exited('SIGKILL', true)),
    ),
    of(spawned),
  );
}

/** An event in short: its type, the number of its run, and what matters of the rest. */
export function summary(event: ChildEvent): string {
  return [`${event.type}#${event.attempt}`, ...detail(event)].join(' ');
}

function detail(event: ChildEvent): readonly (string | number)[] {
  switch (event.type) {
    case 'exited':
      return [event.code ?? event.signal!, ...(event.expected ? ['expected'] : [])];
    case 'backingOff':
      return [event.delay, `crashes ${event.crashes}`];
    case 'stopping':
    case 'gaveUp':
      return [event.reason];
    case 'refused':
      return [event.command, event.reason];
    case 'killed':
      return [event.signal];
    default:
      return [];
  }
}
