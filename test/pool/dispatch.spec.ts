import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { dispatch } from '../../src/pool/performer.js';

it('the frame of a request goes ahead of its handle: a handle has a request, always', () => {
  const told: string[] = [];
  const link = { send: () => told.push('frame'), streams: { open: () => told.push('stream') } };
  const ticket = { number: 1, payload: 'null', createdAt: 0, options: { socket: new Socket() } };
  dispatch(link as never, ticket as never, () => told.push('handle'));
  expect(told).toEqual(['frame', 'handle']);
});
