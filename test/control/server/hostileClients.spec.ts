import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_CLIENTS } from '../../../src/control/server/clientLimit.js';
import { requestProblem } from '../../../src/control/protocol/requestProblem.js';
import { fakeWorld } from '../../fakeEffects.js';
import { frame, type RawClient, type Rig, rig } from '../rig.js';

const hello = frame({ jsonrpc: '2.0', id: 0, method: 'hello', params: { protocol: 1, version: '1' } });

async function greeted({ raw }: Rig): Promise<RawClient> {
  const client = await raw();
  client.socket.write(hello);
  await vi.waitFor(() => {
    expect(client.received()).toContain('"id":0');
  });
  return client;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a connection goes on receiving', () => {
  it('after requests of a kind that the Language Server Protocol reserves: each is answered', async () => {
    const { socket, received } = await greeted(await rig([]));
    for (let id = 1; id <= 100; id += 1) socket.write(frame({ jsonrpc: '2.0', id, method: '$/x' }));
    socket.write(frame({ jsonrpc: '2.0', id: 101, method: 'ping' }));
    await vi.waitFor(() => {
      expect(received()).toContain('"pong"');
    });
    expect(received().match(/method: '\$\/x' does not exist/g)).toHaveLength(100);
  });

  it('after answers that cannot be JSON', async () => {
    const console = { run: async () => 1n as unknown as string, complete: async () => [[], ''] as [string[], string] };
    const { socket, received } = await greeted(await rig([], fakeWorld(), { console }));
    for (let id = 1; id <= 40; id += 1) {
      socket.write(frame({ jsonrpc: '2.0', id, method: 'console', params: { line: 'x' } }));
    }
    socket.write(frame({ jsonrpc: '2.0', id: 101, method: 'ping' }));
    await vi.waitFor(() => {
      expect(received()).toContain('"pong"');
    });
    expect(received().match(/serialize a BigInt/g)).toHaveLength(40);
  });
});

describe('the cost of a request', () => {
  it('that our client was given is checked before it is sent: only that request fails', async () => {
    const client = await (await rig([])).connect();
    let deep: unknown = 1;
    for (let n = 0; n < 101; n += 1) deep = [deep];
    const sparse: unknown[] = [];
    sparse.length = 300_000;
    const waiting = client.list();
    await expect(client.send('web', deep)).rejects.toMatchObject({ code: 'ERR_CONTROL' });
    await expect(client.send('web', sparse)).rejects.toThrow('message: too many values. Give 200000 or fewer.');
    expect(await waiting).toEqual([]);
    expect(await client.ping()).toBe('pong');
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('one nested deep in %s is refused without being parsed', async (open, close) => {
    const world = await rig([]);
    const { socket, received, ended } = await greeted(world);
    const deep = `${open.repeat(1_000_000)}1${close.repeat(1_000_000)}`;
    socket.write(frame(`{"jsonrpc":"2.0","id":1,"method":"list","params":${deep}}`));
    await ended;
    expect(received()).toContain('message: nested too deep. Give 100 levels or fewer.');
    expect(await (await world.connect()).ping()).toBe('pong');
  });

  it('one of very many values is refused without being parsed', async () => {
    const { socket, received, ended } = await greeted(await rig([]));
    socket.write(frame(`{"jsonrpc":"2.0","id":1,"method":"list","params":[${'0,'.repeat(7_000_000)}0]}`));
    await ended;
    expect(received()).toContain('message: too many values. Give 200000 or fewer.');
  });

  it('what stands in a string does not count', () => {
    const problem = (json: unknown) => requestProblem(Buffer.from(JSON.stringify(json)));
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(problem(nested(100))).toBe(undefined);
    expect(problem(nested(101))).toMatch('too deep');
    expect(problem([nested(99), nested(99)])).toBe(undefined);
    const text = '"[{,\\'.repeat(300_000);
    expect(problem([text, { [text]: [text, '\\'] }, nested(99)])).toBe(undefined);
    expect(problem(Array(200_000).fill(0))).toBe(undefined);
    expect(problem(Array(200_001).fill(0))).toMatch('too many values');
  });

  it('before hello a message may have 64 KiB', async () => {
    const { raw } = await rig([]);
    const { socket, received, ended } = await raw();
    socket.write('Content-Length: 65537\r\n\r\n');
    await ended;
    expect(received()).toContain('65537 is more than a message may have');
  });
});

describe('connections that are not used', () => {
  it('are closed when they do not say hello', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const world = await rig([]);
    const silent = await world.raw();
    const half = await world.raw();
    half.socket.write('Content-Length: 70\r\n\r\n{');
    const used = await greeted(world);
    await vi.waitFor(() => {
      expect(world.events.filter(({ type }) => type === 'connected')).toHaveLength(3);
    });
    vi.advanceTimersByTime(5_000);
    await Promise.all([silent.ended, half.ended]);
    expect(silent.received()).toContain('hello: not received within 5000 ms. Send hello first.');
    used.socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    await vi.waitFor(() => {
      expect(used.received()).toContain('"pong"');
    });
  });

  it.each([
    ['that are silent', async ({ raw }: Rig) => raw()],
    ['that have said hello', async (world: Rig) => greeted(world)],
  ])('%s make room for others, those in use do not', async (_, open) => {
    const world = await rig([{ name: 'a', command: 'sleep' }]);
    const following = await world.connect();
    let over = false;
    following.event$.subscribe({ error: () => (over = true) });
    await following.ping();
    const first = await open(world);
    for (let n = 2; n < MAX_CLIENTS; n += 1) await open(world);
    await vi.waitFor(() => {
      expect(world.events.filter(({ type }) => type === 'connected')).toHaveLength(MAX_CLIENTS);
    });
    expect(await (await world.connect()).list()).toMatchObject([{ name: 'a' }]);
    await first.ended;
    expect(over).toBe(false);
    expect(await following.ping()).toBe('pong');
  });
});
