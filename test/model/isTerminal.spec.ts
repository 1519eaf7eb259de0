import { expect, it } from 'vitest';
import type { ChildEvent } from '../../src/index.js';
import { isTerminal } from '../../src/model/childEvent.js';
import { exited, output, spawned, spawnFailed, stopping } from '../operators/events.js';

it.each<[ChildEvent, boolean]>([
  [exited(0), true],
  [exited('SIGKILL', true), true],
  [spawnFailed, true],
  [spawned, false],
  [stopping('leftover'), false],
  [output('a\n'), false],
  [{ type: 'killed', signal: 'SIGKILL', attempt: 1 }, false],
  [{ type: 'gaveUp', reason: 'never', attempt: 1 }, false],
  [{ type: 'backingOff', delay: 1, crashes: 1, attempt: 1 }, false],
])('isTerminal: %o %s', (event, expected) => {
  expect(isTerminal(event)).toBe(expected);
});
