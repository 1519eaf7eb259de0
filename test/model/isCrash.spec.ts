import { filter, from, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { type ChildEvent, isCrash } from '../../src/index.js';
import { exited, spawnFailed } from '../operators/events.js';

it.each([
  ['a clean exit', exited(0), false],
  ['a clean exit that was asked for', exited(0, true), false],
  ['a code', exited(1), true],
  ['a code, asked for', exited(1, true), false],
  ['a signal', exited('SIGSEGV'), true],
  ['a signal, asked for', exited('SIGTERM', true), false],
  ['a failed spawn', spawnFailed, true],
])('isCrash: %s', (_name, event, expected) => {
  expect(isCrash(event)).toBe(expected);
});

it('isCrash is a filter of events: it passes crashes only', () => {
  const attempt = 1;
  const crash = exited(1);
  const events: ChildEvent[] = [
    { type: 'spawned', pid: 1, attempt },
    { type: 'ready', attempt },
    { type: 'stopping', reason: 'liveness', attempt },
    { type: 'backingOff', delay: 1, crashes: 1, attempt },
    { type: 'gaveUp', reason: 'never', attempt },
    { type: 'refused', command: 'stop', reason: 'no', attempt },
    exited(0),
    crash,
    spawnFailed,
  ];
  from(events)
    .pipe(filter(isCrash), toArray())
    .subscribe((crashes) => expect(crashes).toEqual([crash, spawnFailed]));
});
