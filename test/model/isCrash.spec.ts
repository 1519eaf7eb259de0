import { expect, it } from 'vitest';
import { isCrash } from '../../src/model/isCrash.js';
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
