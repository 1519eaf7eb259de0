import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { dispatch } from '../../src/pool/performer.js';

it('the frame of a request goes ahead of its handle: a handle has a request, always', () => {
  const received: string[] = [];
  const link = { send: () => received.push('frame'), streams: { open: () => received.push('stream') } };
  const ticket = { number: 1, payload: 'null', createdAt: 0, options: { socket: new Socket() } };
  dispatch(link as never, ticket as never, () => received.push('handle'));
  expect(received).toEqual(['frame', 'handle']);
});
