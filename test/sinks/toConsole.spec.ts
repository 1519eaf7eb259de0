import { concat, EMPTY, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type ConsoleOptions, toConsole } from '../../src/index.js';
import { coded, type FakeWorld, fakeWorld } from '../fakeEffects.js';

const origin = { name: 'a', attempt: 1 };
const out: ChildEvent = { type: 'output', stream: 'stdout', text: '\u001B[1mone\u001B[22m\ntwo\n', ...origin };
const err: ChildEvent = { type: 'output', stream: 'stderr', text: 'err\n', attempt: 1 };
const spawned: ChildEvent = { type: 'spawned', pid: 1, ...origin };

function through(source$: Observable<ChildEvent>, options: ConsoleOptions = {}, world: FakeWorld = fakeWorld()) {
  const events: ChildEvent[] = [];
  const ends: string[] = [];
  new TestScheduler(() => undefined).run(() => {
    source$.pipe(toConsole({ effects: world.effects, ...options })).subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => ends.push(String(error)),
      complete: () => ends.push('complete'),
    });
    if (world.host.printed.stdout.length > 0) expect(ends).toEqual([]);
  });
  return { events, ends, printed: world.host.printed };
}

describe('toConsole', () => {
  it('prints output to its own stream, with the name and ANSI sequences, and passes every event on', () => {
    expect(through(of(spawned, out, err))).toEqual({
      events: [spawned, out, err],
      ends: ['complete'],
      printed: { stdout: ['a: \u001B[1mone\u001B[22m\na: two\n'], stderr: ['err\n'] },
    });
  });

  it('prints in another format', () => {
    expect(through(of(err), { format: (line, { stream }) => `${stream}|${line}` }).printed.stderr).toEqual([
      'stderr|err\n',
    ]);
    expect(through(of(err), { format: 'plain' }).printed.stderr).toEqual(['err\n']);
  });

  it('never, and empty', () => {
    expect(through(NEVER).ends).toEqual([]);
    expect(through(EMPTY)).toMatchObject({ events: [], ends: ['complete'] });
  });

  it('an error comes after the last byte', () => {
    const { ends, printed } = through(
      concat(
        of(out),
        throwError(() => new Error('gone')),
      ),
    );
    expect(ends).toEqual(['Error: gone']);
    expect(printed.stdout).toHaveLength(1);
  });

  it('a format that throws is reported, and the line is printed without it', () => {
    const format = (): never => {
      throw new Error('no format');
    };
    const { events, printed, ends } = through(of(err), { format });
    expect(events).toEqual([
      { type: 'logFailed', path: 'stderr', code: 'ERR_FORMAT', message: 'no format', dropped: 0, attempt: 1 },
      err,
    ]);
    expect([printed.stderr, ends]).toEqual([['err\n'], ['complete']]);
  });

  it('a failed stream is an event with the number of lost lines; its error is not an uncaught exception', () => {
    const world = fakeWorld();
    world.host.printError = coded('EPIPE');
    const { events, ends } = through(of(out, err), {}, world);
    const failed = { type: 'logFailed', code: 'EPIPE', message: 'EPIPE: it failed', attempt: 1 };
    expect(events.slice(2)).toEqual([
      { ...failed, path: 'stdout', dropped: 2, name: 'a' },
      { ...failed, path: 'stderr', dropped: 1 },
    ]);
    expect(ends).toEqual(['complete']);
    expect(world.host.streams.stdout.listenerCount('error')).toBe(0);
  });

  it('counts the bytes that wait, so that children can be paused', () => {
    const held: string[] = [];
    const flow = {
      take: (size: number) => held.push(`+${size}`),
      give: (size: number) => held.push(`-${size}`),
      full$: NEVER,
    };
    through(of(err, err), { flow });
    expect(held).toEqual(['+4', '+4', '-4', '-4']);
  });

  it('leaves the error to other listeners', () => {
    const world = fakeWorld();
    world.host.printError = coded('EPIPE');
    const received: unknown[] = [];
    world.host.streams.stdout.on('error', (error) => received.push(error));
    through(of(out), {}, world);
    expect(received).toEqual([world.host.printError]);
    expect(world.host.streams.stdout.listenerCount('error')).toBe(1);
  });

  it('unsubscribes from its source after an early unsubscription', () => {
    const source$ = new Subject<ChildEvent>();
    const { effects } = fakeWorld();
    source$.pipe(toConsole({ effects })).subscribe().unsubscribe();
    expect(source$.observed).toBe(false);
  });
});
