import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { dispatch } from '../../src/pool/dispatch.js';

it('the frame of a request goes ahead of its handle: a handle has a request, always', () => {
  const told: string[] = [];
  const link = { send: () => told.push('frame'), streams: { open: () => told.push('stream') } };
  const slot = {
    link,
    held: { add: () => undefined },
    load: 0,
    served: 0,
    sockets: 0,
    sendHandle: () => told.push('handle'),
  };
  const ticket = { number: 1, payload: 'null', createdAt: 0, options: { socket: new Socket() } };
  dispatch(slot as never, ticket as never);
  expect(told).toEqual(['frame', 'handle']);
});
