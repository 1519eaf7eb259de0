import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { bufferCount, filter, firstValueFrom, lastValueFrom, map, take, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectControl, serveControl$ } from '../../../src/control/index.js';
import { type ChildSpec, RxvisorError, supervise } from '../../../src/index.js';
import { fakeWorld } from '../../fakeEffects.js';
import { folder, frame, rig } from '../rig.js';

const sleeper = (name: string): ChildSpec => ({ name, command: 'sleep' });

describe('the methods', () => {
  it('ping, version, list, and the manager that answers', async () => {
    const control = await (await rig([sleeper('a'), sleeper('b')])).connect();
    expect(await control.ping()).toBe('pong');
    expect(control.manager).toMatchObject({ name: 'rig', pid: process.pid, protocol: 1 });
    expect(await control.version()).toBe(control.manager.version);
    expect(await control.list()).toMatchObject([
      { id: 1, name: 'a', state: 'online', pid: 1_001 },
      { id: 2, name: 'b', state: 'online', pid: 1_002 },
    ]);
  });

  it.each<[string, Parameters<Awaited<ReturnType<typeof connectControl>>['stop']>[0], number[]]>([
    ['a name: all that bear it', 'twin', [1, 3]],
    ['an id', 2, [2]],
    ['a pid', { pid: 1_002 }, [2]],
    ['ids', { ids: [3, 2, 9] }, [2, 3]],
    ['a namespace', { namespace: 'batch' }, [2]],
    ['an unknown namespace', { namespace: 'b' }, []],
    ['all', { all: true }, [1, 2, 3]],
    ['an unknown name', 'nobody', []],
    ['a name of Object', '__proto__', []],
  ])('a target is %s', async (_what, target, ids) => {
    const { connect, world } = await rig([sleeper('twin'), { ...sleeper('b'), namespace: 'batch' }, sleeper('twin')]);
    const stopped = await (await connect()).stop(target);
    expect(stopped.map(({ id }) => id)).toEqual(ids);
    expect(stopped.every(({ state }) => state === 'stopped')).toBe(true);
    expect(world.alive()).toHaveLength(3 - ids.length);
  });

  it('start, restart, reset, duplicate, delete', async () => {
    const { connect } = await rig([]);
    const control = await connect();
    const spec = { ...sleeper('a'), args: ['9'], cwd: 'test', log: 'a.log', env: { A: '1' } };
    expect(await control.start(spec)).toMatchObject({ id: 1, name: 'a' });
    expect(await control.restart('a')).toMatchObject([{ id: 1, state: 'online', restarts: 1 }]);
    expect(await control.reset('a')).toMatchObject([{ restarts: 0 }]);
    expect(await control.duplicate('a')).toMatchObject([{ id: 2, name: 'a' }]);
    // Relative paths are those of the client.
    const described = { args: ['9'], cwd: join(process.cwd(), 'test'), log: join(process.cwd(), 'a.log') };
    expect(await control.describe('a')).toMatchObject([
      { spec: described },
      { spec: described, logs: [described.log] },
    ]);
    expect(await control.delete(1)).toMatchObject([{ id: 1, state: 'stopped' }]);
    expect((await control.list()).map(({ id }) => id)).toEqual([2]);
  });

  it('signal and send reach the child; reopenLogs is reported', async () => {
    const { connect, world } = await rig([{ name: 'a', script: 'a.js' }]);
    world.children[0]!.onSignal = () => undefined;
    const control = await connect();
    expect(await control.signal('a', 'SIGUSR1')).toMatchObject([{ id: 1 }]);
    expect(world.children[0]!.signals).toEqual(['SIGUSR1']);
    const [sent] = await control.send('a', { hello: ['you'] });
    expect(sent).not.toHaveProperty('refused');
    expect(world.children[0]!.sent).toEqual([{ hello: ['you'] }]);
    expect(await control.reopenLogs('a')).toMatchObject([{ id: 1 }]);
  });

  it('what means nothing now is refused in the answer', async () => {
    const { connect } = await rig([sleeper('a')]);
    const control = await connect();
    await control.stop('a');
    expect(await control.signal('a', 'SIGHUP')).toMatchObject([{ id: 1, refused: 'not running' }]);
    expect(await control.send('a', 'hello')).toMatchObject([{ id: 1, refused: 'not running' }]);
  });

  it('list and describe show no environment; describe does when asked, its secrets masked', async () => {
    const env = { PORT: '80', API_TOKEN: 'hush', DB_PASSWORD: 'hush', URL: 'redis://me:hush@host/1' };
    const control = await (await rig([{ ...sleeper('a'), env }])).connect();
    expect(JSON.stringify([await control.list(), await control.describe('a')])).not.toMatch(/hush|PORT/);
    expect(await control.describe('a', { env: true })).toMatchObject([
      { env: { PORT: '80', API_TOKEN: '********', DB_PASSWORD: '********', URL: 'redis://me:********@host/1' } },
    ]);
  });

  it('masks secrets in all of a description, unless they are asked for', async () => {
    const jwt = `eyJ${'a1'.repeat(10)}.eyJ${'b2'.repeat(20)}.${'c3'.repeat(20)}`;
    const spec = {
      ...sleeper('a'),
      args: ['60', '--password', 'hush', `--url=amqp://me:hush@host`, jwt],
      env: { GITHUB_PAT: 'hush', DATABASE_URL: 'postgres://me:hush@db', NOTHING: jwt, PORT: '80' },
    };
    const control = await (await rig([spec])).connect();
    const [shown] = await control.describe('a', { env: true });
    expect(JSON.stringify(shown)).not.toMatch(/hush|eyJ/);
    expect(shown).toMatchObject({
      env: { GITHUB_PAT: '********', DATABASE_URL: 'postgres://me:********@db', NOTHING: '********', PORT: '80' },
      spec: { args: ['60', '--password', '********', '--url=amqp://me:********@host', '********'] },
    });
    const [all] = await control.describe('a', { env: true, secrets: true });
    expect(all).toMatchObject({ env: spec.env, spec: { args: spec.args } });
  });

  it('describe shows the metrics of this run, within bounds', async () => {
    const { connect, world } = await rig([{ name: 'a', script: 'a.js' }]);
    const report = (data: unknown): void => {
      world.children.at(-1)!.happen({ type: 'message', message: { type: 'axm:monitor', data } });
    };
    report({ 'Req/s': { value: 3 }, ['__proto__']: { value: 1 } });
    report({ 'Req/s': { value: 4, unit: 'req' }, big: 'x'.repeat(5_000), huge: 1n });
    for (const wrong of [null, 'x', undefined]) report(wrong);
    for (let n = 0; n < 200; n += 1) report({ [`m${n}`]: n });
    const control = await connect();
    const [described] = await control.describe('a');
    expect(described!.metrics).toMatchObject({ 'Req/s': { value: 4, unit: 'req' }, m0: 0 });
    expect(Object.keys(described!.metrics)).toHaveLength(100);
    expect(described!.metrics).not.toHaveProperty('big');
    await control.restart('a');
    expect(await control.describe('a')).toMatchObject([{ metrics: {} }]);
  });

  it('shutdown stops all children, answers, and completes serveControl$', async () => {
    const { connect, world, serving, events, path } = await rig([sleeper('a'), sleeper('b')]);
    const control = await connect();
    expect(await control.shutdown({ grace: 100 })).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
    await vi.waitFor(() => expect(serving.closed).toBe(true));
    expect(world.alive()).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'shutdown' });
    await vi.waitFor(() => expect(existsSync(path)).toBe(false));
    await expect(control.ping()).rejects.toMatchObject({ code: 'ERR_CONTROL' });
  });
});

describe('what is wrong is said, and nothing is done', () => {
  it.each<[string, object | undefined, string]>([
    ['stop', {}, 'target: missing. This field is required.'],
    ['stop', { target: { namespace: '' } }, 'target: {"namespace":""} is not a target. Give a name, an id,'],
    ['stop', { target: { all: false } }, 'target: {"all":false} is not a target. Give a name, an id,'],
    ['stop', { target: '' }, "target: '' is not a name. Give a name, an id"],
    ['stop', { target: 'a', grace: -1 }, 'grace: -1 is not a delay. Give milliseconds'],
    ['stop', { target: 'a', grcae: 1 }, 'grcae: unknown field, with value 1'],
    ['signal', { target: 'a', signal: 'SIGFOO' }, "signal: 'SIGFOO' is not a signal. Give one of:"],
    ['start', { spec: { comand: 'x' } }, "comand: unknown field, with value 'x'. Did you mean 'command'?"],
    ['start', { spec: null }, 'spec: null is not a spec'],
    ['stpo', { target: 'a' }, "method: 'stpo' does not exist. Did you mean 'stop'?"],
    ['constructor', { target: 'a' }, "method: 'constructor' does not exist."],
    [
      'subscribe',
      { id: 1, stream: 'news' },
      "stream: 'news' is not a stream. Give 'status', 'event', 'end' or 'logs'.",
    ],
    [
      'subscribe',
      { id: 1, stream: 'logs', target: 'a', lines: -1 },
      'lines: -1 is not a number of lines. Give 0 or more.',
    ],
    ['ping', { now: true }, 'now: unknown field'],
  ])('%s %j', async (method, params, problem) => {
    const { raw, world } = await rig([sleeper('a')]);
    const { socket, received } = await raw();
    socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, version: '1' } }));
    socket.write(frame({ jsonrpc: '2.0', id: 2, method, params }));
    await vi.waitFor(() => expect(received()).toContain('"id":2'));
    expect(received()).toContain(JSON.stringify(problem).slice(1, -1));
    expect(world.alive()).toHaveLength(1);
  });

  it('hello comes first, and speaks the same protocol', async () => {
    const { raw } = await rig([sleeper('a')]);
    const { socket, received } = await raw();
    socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'shutdown' }));
    await vi.waitFor(() => expect(received()).toContain('shutdown: sent before hello. Send hello first.'));
    socket.write(frame({ jsonrpc: '2.0', id: 2, method: 'hello', params: { protocol: 2, version: '9.9.9' } }));
    await vi.waitFor(() =>
      expect(received()).toMatch(
        /protocol: client \(rxvisor 9.9.9\) has version 2, manager .* has version 1\. Use the same rxvisor/,
      ),
    );
  });

  it('what JSON cannot hold does not leave the client', async () => {
    const { connect, world } = await rig([]);
    const control = await connect();
    const refused = async (spec: ChildSpec): Promise<string> => control.start(spec).then(String, String);
    expect(await refused({ command: 'x', restartAt: () => 1 })).toMatch(
      /^SpecError: restartAt: a function cannot be sent/,
    );
    expect(await refused({ command: 'x', env: { A: undefined } })).toMatch(/env.A: undefined cannot be sent/);
    expect(world.children).toEqual([]);
    await expect(control.start({ ...sleeper('a'), script: 'b.js' })).rejects.toMatchObject({ code: 'ERR_SPEC' });
  });
});

describe('rubbish', () => {
  it.each<[string, string, RegExp]>([
    ['no header', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /header: 'GET \/ HTTP/],
    ['an endless header', 'x'.repeat(600), /header: 'xxx/],
    ['100 MiB announced', 'Content-Length: 104857600\r\n\r\n', /104857600 is more than a message may have/],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\n', /header: /],
    ['a negative length', 'Content-Length: -1\r\n\r\n', /header: /],
    ['no JSON', frame('{"a":'), /is not JSON/],
    ['no JSON-RPC', frame('[1]'), /is not JSON-RPC 2.0/],
    ['null', frame('null'), /is not JSON-RPC 2.0/],
    ['an answer', frame({ jsonrpc: '2.0', id: 7, result: 1 }), /is not a request/],
  ])('%s: the client gets an error and is disconnected; others are served', async (_what, bytes, problem) => {
    const { raw, connect, events } = await rig([sleeper('a')]);
    const other = await connect();
    const { socket, received, ended } = await raw();
    socket.write(bytes);
    await ended;
    expect(received()).toMatch(problem);
    expect(await other.ping()).toBe('pong');
    expect(events.map(({ type }) => type)).toContain('refused');
  });

  it('half a frame waits for the other half', async () => {
    const { raw } = await rig([]);
    const { socket, received } = await raw();
    const hello = frame({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, version: 'ü' } });
    const bytes = Buffer.from(hello + frame({ jsonrpc: '2.0', id: 2, method: 'ping' }));
    for (const byte of bytes) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
    }
    await vi.waitFor(() => expect(received()).toContain('"pong"'));
  });

  it("the library's own notifications are not for us", async () => {
    const { raw } = await rig([]);
    const { socket, received } = await raw();
    socket.write(frame({ jsonrpc: '2.0', method: '$/cancelRequest' }));
    socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, version: '1' } }));
    await vi.waitFor(() => expect(received()).toContain('"id":1'));
  });
});

describe('status$ and event$', () => {
  it('status$: a snapshot first, then changes; every subscription for itself', async () => {
    const { connect, world } = await rig([sleeper('a')]);
    const control = await connect();
    const states = lastValueFrom(
      control.status$.pipe(
        map(([status]) => status!.state),
        filter((state, index) => index === 0 || state === 'backingOff'),
        take(2),
        toArray(),
      ),
    );
    expect(await firstValueFrom(control.status$)).toMatchObject([{ name: 'a', state: 'online' }]);
    world.children[0]!.exit(1);
    expect(await states).toEqual(['online', 'backingOff']);
  });

  it('event$: all events but output; a message that JSON cannot hold is shown as text', async () => {
    const { connect, world } = await rig([{ name: 'a', script: 'a.js' }]);
    const control = await connect();
    const seen = firstValueFrom(control.event$.pipe(bufferCount(3)));
    await control.list(); // answered after the subscription
    const [child] = world.children;
    child!.say('hello\n');
    child!.happen({ type: 'message', message: { big: 1n } });
    child!.exit(3);
    expect(await seen).toMatchObject([
      { type: 'message', id: 1, message: '{"big":"1"}' },
      { type: 'exited', id: 1, name: 'a', code: 3 },
      { type: 'backingOff', id: 1 },
    ]);
  });

  it('a subscription ends with its cancelling, its client and its manager', async () => {
    const { connect, serving, events } = await rig([sleeper('a')]);
    const control = await connect();
    const cancelled: unknown[] = [];
    control.event$.subscribe((event) => cancelled.push(event)).unsubscribe();
    const broken = lastValueFrom(control.event$, { defaultValue: 'complete' });
    await control.restart('a');
    expect(cancelled).toEqual([]);
    const other = await connect();
    other.close();
    await expect(other.list()).rejects.toThrow('this connection was closed by close()');
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: 'disconnected', clients: 1 }));
    broken.catch(() => undefined);
    serving.unsubscribe();
    await expect(broken).rejects.toMatchObject({ code: 'ERR_CONTROL' });
  });

  it('a client has so many streams, and each its own number', async () => {
    const { connect } = await rig([]);
    const control = await connect();
    const errors: unknown[] = [];
    for (let n = 0; n < 65; n += 1) control.event$.subscribe({ error: (error: unknown) => errors.push(error) });
    await control.ping();
    expect(errors.map(String)).toEqual(['RxvisorError: subscribe: more than 64 streams. Cancel one first.']);
  });
});

describe('the socket', () => {
  it('is for this user only, and goes with the serving', async () => {
    const { path, serving } = await rig([]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    serving.unsubscribe();
    await vi.waitFor(() => expect(existsSync(path)).toBe(false));
  });

  it('that cannot be listened on is an error of the stream', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const supervisor = supervise([], { effects: fakeWorld().effects });
    await expect(lastValueFrom(serveControl$(supervisor, { path: join(file, 'a.sock') }))).rejects.toMatchObject({
      code: 'ERR_CONTROL',
      message: expect.stringContaining('cannot listen') as string,
    });
  });

  it('where nobody listens refuses the client', async () => {
    const problem = connectControl(join(folder(), 'none.sock'));
    await expect(problem).rejects.toBeInstanceOf(RxvisorError);
    await expect(problem).rejects.toMatchObject({ code: 'ERR_CONTROL' });
  });

  it('has no path that would be cut', async () => {
    const long = `/tmp/${'ü'.repeat(52)}`;
    const supervisor = supervise([], { effects: fakeWorld().effects });
    expect(() => serveControl$(supervisor, { path: long })).toThrow(
      'has 109 bytes. The path of a unix socket has 1 to 107',
    );
    await expect(connectControl(long)).rejects.toMatchObject({ code: 'ERR_OPTION' });
    await expect(connectControl('')).rejects.toMatchObject({ code: 'ERR_OPTION' });
  });

  it('where nobody speaks is given up after the timeout', async () => {
    const path = join(folder(), 'a.sock');
    const mute = createServer().listen(path);
    onTestFinished(() => void mute.close());
    await once(mute, 'listening');
    await expect(connectControl(path, { timeout: 50 })).rejects.toThrow('no answer within 50 ms');
  });
});

describe('more of the same', () => {
  it('reload restarts one after the other', async () => {
    const { connect } = await rig([
      { name: 'a', command: 'a' },
      { name: 'a', command: 'a' },
    ]);
    const control = await connect();
    expect((await control.reload('a')).map(({ id, state, restarts }) => [id, state, restarts])).toEqual([
      [1, 'online', 1],
      [2, 'online', 1],
    ]);
    expect(await control.reload('nobody')).toEqual([]);
  });

  it('a reload that takes its time holds up those of its name, and no others', async () => {
    const { connect, supervisor } = await rig([sleeper('a'), sleeper('b')]);
    const control = await connect();
    supervisor.start({ ...sleeper('slow'), ready: { line: 'never' } });
    const order: string[] = [];
    const note = async (what: string, done: Promise<unknown>): Promise<void> =>
      done.then(
        () => void order.push(what),
        () => void order.push(`${what}: rejected`),
      );
    const slow = [note('reload', control.reload('slow')), note('scale', control.scale('slow', 2))];
    await note('another', control.reload('a'));
    await note('one more', control.duplicate('b'));
    expect(order).toEqual(['another', 'one more']);
    await vi.waitFor(() => expect(supervisor.describe('slow')[0]?.status.restarts).toBe(1));
    await control.stop('slow');
    await vi.waitFor(() => expect(supervisor.describe('slow')).toHaveLength(2));
    await control.delete('slow');
    await Promise.all(slow);
    expect(order).toEqual(['another', 'one more', 'reload', 'scale']);
  });

  it('scale duplicates or deletes the newest instances', async () => {
    const { connect, world } = await rig([sleeper('a'), sleeper('b'), sleeper('a')]);
    const control = await connect();
    expect((await control.scale('a', 4)).map(({ id }) => id)).toEqual([1, 3, 4, 5]);
    expect((await control.scale('a', 4)).map(({ id }) => id)).toEqual([1, 3, 4, 5]);
    expect((await control.scale('a', 1)).map(({ id }) => id)).toEqual([1]);
    expect((await control.scale(2, 2)).map(({ id }) => id)).toEqual([2, 6]);
    expect((await control.list()).map(({ id, instance }) => [id, instance])).toEqual([
      [1, undefined],
      [2, undefined],
      [6, 1],
    ]);
    expect(await control.scale('nobody', 2)).toEqual([]);
    await expect(control.scale('a', 0)).rejects.toThrow(
      'count: 0 is not a number of children. Give a whole number from 1 to',
    );
    await vi.waitFor(() => expect(world.alive()).toHaveLength(3));
  });

  it('a readiness pattern is sent as it is; describe shows in words what cannot be sent', async () => {
    const schedule = (): number => 5;
    const { connect, supervisor, world } = await rig([{ ...sleeper('a'), restartAt: schedule }]);
    const control = await connect();
    const starting = control.start({ ...sleeper('b'), ready: { line: /up/i } });
    await vi.waitFor(() => expect(world.alive()).toHaveLength(2));
    world.children[1]!.say('Up\n');
    expect(await starting).toMatchObject({ name: 'b', state: 'online' });
    expect(supervisor.describe('b')).toMatchObject([{ spec: { ready: { line: /up/i } } }]);
    expect(await control.describe({ all: true })).toMatchObject([
      { spec: { restartAt: 'a function' } },
      { spec: { ready: { line: '/up/i' } } },
    ]);
  });

  it('a start is done when the child has lasted, or says why it has not', async () => {
    const world = fakeWorld((child) => {
      if (child.launch.file === 'crasher') child.exit(3);
    });
    const { connect } = await rig([], world);
    const control = await connect();
    const restartAt = [60_000];
    const refused = 'it did not come up. The last run ended: exit code 3.';
    const [lasting, quick, crasher, job] = await Promise.all([
      control.start({ ...sleeper('lasting'), settle: 300 }),
      control.start({ ...sleeper('quick'), settle: 0 }),
      control.start({ name: 'crasher', command: 'crasher', restartAt }),
      control.start({ name: 'late', command: 'crasher', restartAt, ready: { line: 'up' } }),
    ]);
    expect(lasting).toMatchObject({ state: 'online' });
    expect(Date.now() - lasting.startedAt!).toBeGreaterThanOrEqual(295);
    expect([lasting, quick].filter((one) => 'refused' in one)).toEqual([]);
    expect(crasher).toMatchObject({ name: 'crasher', state: 'backingOff', refused });
    expect(job).toMatchObject({ name: 'late', state: 'backingOff', refused });
    expect(await control.restart('crasher')).toMatchObject([{ state: 'backingOff', refused }]);
    expect(await control.duplicate('crasher')).toMatchObject([{ id: 5, state: 'backingOff', refused }]);
    expect(await control.scale('crasher', 3)).toMatchObject([{ id: 3 }, { id: 5 }, { id: 6, refused }]);
    expect(await control.reload('late')).toMatchObject([{ id: 4, refused }]);
  });

  it('many starts at once wait together, and hold up no other request', async () => {
    const { connect, supervisor, world } = await rig([]);
    const control = await connect();
    const specs = Array.from({ length: 201 }, (_, n) => ({ ...sleeper(`a${n}`), ready: { line: 'up' } }));
    const many = specs.slice(0, 200).map(async (spec) => control.start(spec));
    await vi.waitFor(() => expect(world.children).toHaveLength(200), 20_000);
    expect(await control.ping()).toBe('pong');
    for (const child of world.children) child.say('up\n');
    expect((await Promise.all(many)).every(({ state }) => state === 'online')).toBe(true);
    const gone = control.start(specs[200]!);
    await vi.waitFor(() => expect(world.children).toHaveLength(201));
    await supervisor.remove('a200');
    expect(await gone).toMatchObject({ state: 'stopped', refused: 'it was stopped meanwhile' });
  });

  it('describe shows the latest event', async () => {
    const { connect, supervisor, world } = await rig([sleeper('a')]);
    world.children[0]!.say('not this\n');
    await supervisor.restart('a');
    const [described] = await (await connect()).describe('a');
    expect(described!.history.map(({ event }) => event.type)).toEqual([
      'spawned',
      'ready',
      'stopping',
      'exited',
      'spawned',
      'ready',
    ]);
    for (let n = 0; n < 5; n += 1) await supervisor.restart('a');
    const [later] = await (await connect()).describe('a');
    expect(later!.history).toHaveLength(20);
    expect(later!.history.at(-1)!.time).toBeGreaterThan(Date.now() - 10_000);
  });

  it('a client says of a manager that does not know its request that it is old', async () => {
    const path = join(folder(), 'old.sock');
    const hello = { pid: 1, version: '0.1.0', protocol: 1, startedAt: 0 };
    const unknown = { code: -32_000, message: "method: 'scale' is not known.", data: { code: 'ERR_OPTION' } };
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.once('data', () => socket.write(frame({ jsonrpc: '2.0', id: 2, error: unknown })));
        socket.write(frame({ jsonrpc: '2.0', id: 1, result: hello }));
      });
    }).listen(path);
    onTestFinished(() => void server.close());
    const control = await connectControl(path);
    onTestFinished(control.close);
    await expect(control.scale('a', 2)).rejects.toMatchObject({
      code: 'ERR_CONTROL',
      message: expect.stringMatching(/^scale: .* older rxvisor\. Restart it\./) as string,
    });
  });

  it('a client whose version is refused is let go of', async () => {
    const path = join(folder(), 'old.sock');
    const closed = new Promise((resolve) => {
      const server = createServer((socket) => {
        socket.once('data', () =>
          socket.write(frame({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'too new' } })),
        );
        socket.on('close', resolve);
      }).listen(path);
      onTestFinished(() => void server.close());
    });
    await expect(connectControl(path)).rejects.toThrow('too new');
    await closed;
  });
});
