import { expect, it } from 'vitest';
import { pendingRequests } from '../../src/ipc/pendingRequests.js';

it('each waits under its own id, and is taken once', () => {
  const pending = pendingRequests<string, string>((count) => `side.${count}`);
  expect([pending.add('a'), pending.add('b')]).toEqual(['side.1', 'side.2']);
  expect([pending.get('side.1'), pending.size()]).toEqual(['a', 2]);
  expect([pending.take('side.1'), pending.take('side.1'), pending.take('other')]).toEqual(['a', undefined, undefined]);
  expect([pending.add('c'), pending.size()]).toEqual(['side.3', 2]);
});

it('all are taken, oldest first: what is taken meanwhile gets no answer, what is added meanwhile waits on', () => {
  const pending = pendingRequests<number, string>((count) => count);
  for (const name of ['a', 'b', 'c']) pending.add(name);
  const taken: string[] = [];
  pending.takeAll((name) => {
    taken.push(name);
    if (name !== 'a') return;
    pending.take(2);
    pending.add('d');
  });
  expect(taken).toEqual(['a', 'c']);
  expect([pending.get(4), pending.size()]).toEqual(['d', 1]);
});
