import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ChildEvent, StoppingAll } from '../../src/model/childEvent.js';
import type { Command } from '../../src/model/command.js';
import { restartAt } from '../../src/operators/restartAt.js';
import { stopAllAtEnd } from '../../src/operators/stopAllAtEnd.js';
import { at, exited, life, lives, spawned, spawnFailed, stop, stopping } from './events.js';
import { virtually } from './virtually.js';

const origin = { name: 'job', attempt: 2 };
const stoppingAll = (event: Partial<StoppingAll>): StoppingAll => ({
  type: 'stoppingAll',
  reason: 'exit',
  code: null,
  signal: null,
  ...origin,
  ...event,
});

const values: Readonly<Record<string, ChildEvent>> = {
  s: { ...spawned, ...origin },
  f: { ...spawnFailed, ...origin },
  z: { ...exited(0), ...origin },
  x: { ...exited(3), ...origin },
  y: { ...exited('SIGSEGV'), ...origin },
  q: { ...exited(0, true), ...origin },
  b: { type: 'backingOff', delay: 1, crashes: 1, ...origin },
  g: { type: 'gaveUp', reason: 'limit', ...origin },
  d: { type: 'gaveUp', reason: 'dependency', dependencies: ['db'], ...origin },
  p: { ...stopping('stop'), ...origin },
  l: { ...stopping('liveness'), ...origin },
  n: { type: 'refused', command: 'send', reason: 'not running', ...origin },
  // What may follow.
  A: stoppingAll({ code: 0 }),
  B: stoppingAll({ code: 3 }),
  C: stoppingAll({ reason: 'failure', code: 3 }),
  D: stoppingAll({ reason: 'failure', signal: 'SIGSEGV' }),
  E: stoppingAll({ reason: 'failure' }),
  F: stoppingAll({ reason: 'failure', code: 0 }),
};

const never = { onExit: 'ignore', onFailure: 'ignore' } as const;
const onExit = { onExit: 'stopAll', onFailure: 'ignore' } as const;
const onFailure = { onExit: 'ignore', onFailure: 'stopAll' } as const;

describe('stopAllAtEnd', () => {
  it.each([
    ['never', onExit, '-', '-'],
    ['empty', onExit, '--|', '--|'],
    ['one: a run that goes on', onExit, '-s', '-s'],
    ['an error', onExit, '-s-#', '-s-#'],
    ['an exit', onExit, '-s-z|', '-s-z(A|)'],
    ['an exit, its log being written', onExit, '-s-z-n-|', '-s-z-n-(A|)'],
    ['an exit with another code that means done', onExit, '-s-x|', '-s-x(B|)'],
    ['a restart', onExit, '-s-x-b-s', '-s-x-b-s'],
    ['many runs, and an exit', onExit, '-s-x-b-s-y-b-s-z|', '-s-x-b-s-y-b-s-z(A|)'],
    ['a failure after a crash', onExit, '-s-x-g|', '-s-x-g(C|)'],
    ['a failure after a signal', onExit, '-s-y-g|', '-s-y-g(D|)'],
    ['a failure to start', onExit, '-f-g|', '-f-g(E|)'],
    ['a failure to start after a run', onExit, '-s-y-b-f-g|', '-s-y-b-f-g(E|)'],
    ['a failure of a dependency', onExit, '-d|', '-d(E|)'],
    ['a failure with code 0', onExit, '-s-l-z-g|', '-s-l-z-g(F|)'],
    ['a stop of a run', onExit, '-s-p-q|', '-s-p-q|'],
    ['a stop of a back-off', onExit, '-s-x-b-p|', '-s-x-b-p|'],
    ['an exit, when only a failure counts', onFailure, '-s-z|', '-s-z|'],
    ['a failure, when it counts', onFailure, '-s-x-g|', '-s-x-g(C|)'],
    ['a stop, when a failure counts', onFailure, '-s-x-b-p|', '-s-x-b-p|'],
    ['an exit that is ignored', never, '-s-z|', '-s-z|'],
    ['a failure that is ignored', never, '-s-x-g|', '-s-x-g|'],
  ])('%s', (_name, atEnd, source, expected) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>(source, values).pipe(stopAllAtEnd(atEnd))).toBe(expected, values);
    });
  });

  it('unsubscribed early: no decision', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-s-z--|', values);
      expectObservable(source$.pipe(stopAllAtEnd(onExit)), '----!').toBe('-s-z', values);
      expectSubscriptions(source$.subscriptions).toBe('^---!');
    });
  });

  it('no decision if another run follows after all; asked at the end only', () => {
    const answers: boolean[] = [];
    const isFinal = (): boolean => {
      answers.push(false);
      return false;
    };
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>('-s-x-b-s-z|', values).pipe(stopAllAtEnd(onExit, isFinal))).toBe(
        '-s-x-b-s-z|',
        values,
      );
    });
    expect(answers).toHaveLength(1);
  });

  it('an error of the callback is an error of the stream', () => {
    virtually(({ cold, expectObservable }) => {
      const failing = stopAllAtEnd(onExit, () => {
        throw new Error('no');
      });
      expectObservable(cold<ChildEvent>('-z|', values).pipe(failing)).toBe('-z#', values, new Error('no'));
    });
  });

  it('each subscription has a state of its own', () => {
    virtually(({ cold, expectObservable }) => {
      const operator = stopAllAtEnd(onExit);
      expectObservable(cold<ChildEvent>('-z---|', values).pipe(operator)).toBe('-z---(A|)', values);
      expectObservable(cold<ChildEvent>('---|', values).pipe(operator)).toBe('---|', values);
    });
  });

  it('after restartAt: a crash is no end, the last one is', () => {
    const lines = virtually(({ timeline }) =>
      timeline(
        lives(life(5, exited(1)), life(5, exited(7)), NEVER).pipe(
          restartAt([10], { limit: { max: 1, within: 1_000 } }),
          stopAllAtEnd(onFailure),
        ),
      ),
    );
    expect(lines.slice(-3)).toEqual(['20 gaveUp#2 limit', '20 stoppingAll#2', '20 complete']);
  });

  it('after restartAt: a stop in the back-off is no end', () => {
    const command$ = new Subject<Command>();
    const lines = virtually(({ timeline }) => {
      at(8, stop).subscribe(command$);
      return timeline(lives(life(5, exited(1)), NEVER).pipe(restartAt([10], { command$ }), stopAllAtEnd(onExit)));
    });
    expect(lines.slice(-3)).toEqual(['5 backingOff#1 10 crashes 1', '8 stopping#1 stop', '8 complete']);
  });
});
