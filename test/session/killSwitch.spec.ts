import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { killSwitch } from '../../src/session/index.js';

const key = 'a key of some length/?';
const path = `/kill/${encodeURIComponent(key)}`;
let server: Server;
let port: number;
let now = 0;
const endSession = vi.fn();

async function serve(handler: Parameters<typeof createServer>[1]): Promise<void> {
  server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
}

beforeEach(async () => {
  now = 0;
  endSession.mockReset();
  await serve(killSwitch({ key, endSession, now: () => now }));
});
afterEach(async () => new Promise((done) => server.close(done)));

/** As it is: `fetch` would normalise a path. */
async function ask(at: string, method = 'POST'): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: at, method }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

describe('killSwitch', () => {
  it('ends the session for the right key', async () => {
    expect(await ask(path)).toBe(200);
    expect(endSession.mock.calls).toEqual([['the kill switch']]);
  });

  it('answers 404 to anything else', async () => {
    const others = ['/', '/kill', '/kill/', `${path}/`, `/x${path}`, `${path}?a`, '/kill/%', `/${path}`];
    for (const other of others) expect(await ask(other)).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE']) expect(await ask(path, method)).toBe(404);
    expect(endSession).not.toHaveBeenCalled();
  });

  it('no wrong key fits, be it longer, shorter, or of another case', async () => {
    for (const wrong of [key.slice(1), `${key}x`, key.toUpperCase(), '\0', 'a']) {
      now += 60_000;
      expect(await ask(`/kill/${encodeURIComponent(wrong)}`)).toBe(404);
    }
    expect(endSession).not.toHaveBeenCalled();
  });

  it('accepts five tries a minute: in a flood, the right key fails, too', async () => {
    const flood = Array.from({ length: 200 }, async (_, n) => ask(`/kill/wrong${n}`));
    expect(new Set(await Promise.all(flood))).toEqual(new Set([404]));
    expect(await ask(path)).toBe(404);
    now = 59_999;
    expect(await ask(path)).toBe(404);
    expect(endSession).not.toHaveBeenCalled();
    now = 60_000;
    for (let n = 0; n < 4; n += 1) expect(await ask('/kill/wrong')).toBe(404);
    expect(await ask(path)).toBe(200);
    expect(endSession).toHaveBeenCalledOnce();
  });

  it('is mounted in Express by its route, or under a path', async () => {
    await new Promise((done) => server.close(done));
    const app = express();
    app.post('/kill/:key', killSwitch({ key, endSession }));
    app.use((_request, response) => void response.status(418).end());
    await serve(app);
    expect([await ask('/kill/wrong'), await ask(path), await ask('/other')]).toEqual([404, 200, 418]);
  });

  it('refuses a key that could be guessed', () => {
    expect(() => killSwitch({ key: 'short', endSession })).toThrow('key: is shorter than 16 characters.');
  });
});
