import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:http2';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { filter, firstValueFrom, lastValueFrom, ReplaySubject, Subject, toArray } from 'rxjs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cluster } from '../../src/ports/index.js';
import type { ChildSpec, FleetCommand, FleetEvent } from '../../src/index.js';
import { freePort } from '../freePort.js';
import { groupAlive } from '../groupAlive.js';
import { ask } from './ask.js';
import { fixture, folder } from './bench.js';
import { load } from './load.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const bindsBeside = major > 23 || (major === 22 && minor >= 12);
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map(async (stop) => stop()));
});

/** A cluster of servers under observation. */
async function serving(instances: number, over: Partial<ChildSpec> = {}) {
  const port = await freePort();
  const broken = join(folder(), 'broken');
  const command$ = new Subject<FleetCommand>();
  const event$ = new ReplaySubject<FleetEvent>(Infinity);
  const spec = { script: fixture('httpServer.mjs'), args: [String(port), broken], restartAt: [20], ...over };
  cluster(spec, { instances })(command$).subscribe(event$);
  const all: FleetEvent[] = [];
  event$.subscribe((event) => all.push(event));
  const count = (type: FleetEvent['type']): number => all.filter((event) => event.type === type).length;
  const stop = async (): Promise<readonly FleetEvent[]> => {
    command$.next({ type: 'stop' });
    return lastValueFrom(event$.pipe(toArray()));
  };
  stops.push(stop);
  await vi.waitFor(() => expect(count('ready')).toBe(instances), { timeout: 15_000 });
  return {
    ...{ port, broken, all, count, stop },
    sendCommand: (command: FleetCommand) => {
      command$.next(command);
    },
    /** Resolves with the next event of these types from now on. */
    next: async (...types: FleetEvent['type'][]) => {
      const before = all.length;
      return firstValueFrom(event$.pipe(filter((event, index) => index >= before && types.includes(event.type))));
    },
  };
}

describe('cluster', () => {
  it('unmodified servers share a port, each with its own number, process group and log', async () => {
    const { port, all, stop } = await serving(2);
    const seen = new Set<string>();
    await vi.waitFor(async () => {
      seen.add((await ask(port)).split(' ')[0]!);
      expect(seen).toEqual(new Set(['0', '1']));
    }, 10_000);
    const pids = all.flatMap((event) => (event.type === 'spawned' ? [event.pid] : []));
    expect(pids.filter(groupAlive)).toEqual(pids);
    await stop();
    expect(pids.filter(groupAlive)).toEqual([]);
    await expect(ask(port)).rejects.toThrow('ECONNREFUSED');
    expect(all.filter(({ type }) => type === 'killed' || type === 'message')).toEqual([]);
  });

  it('waits for its port, too, where the program has let go of the channel: rxvisor/child does', async () => {
    const app = await serving(2, { script: fixture('gracefulServer.mjs'), ready: 'message', restartAt: [] });
    const answers = async (): Promise<Set<string>> =>
      new Set(await Promise.all(Array.from({ length: 8 }, async () => ask(app.port))));
    const before = await answers();
    app.sendCommand({ type: 'reload' });
    expect(await app.next('reloaded', 'reloadFailed')).toMatchObject({ type: 'reloaded' });
    for (const answer of await answers()) expect(before).not.toContain(answer);
    expect(app.all.filter((event) => event.type === 'exited' && !event.expected)).toEqual([]);
  });

  it('a reload under load fails no request', async () => {
    const app = await serving(2);
    const clients = load(app.port);
    for (let n = 1; n <= 5; n += 1) {
      app.sendCommand({ type: 'reload' });
      await app.next('reloaded', 'reloadFailed');
    }
    const { answers, errors } = await clients.end();
    expect(errors).toEqual([]);
    expect(answers).toBeGreaterThan(100);
    expect(app.count('reloaded')).toBe(5);
    expect(app.count('killed')).toBe(0);
    expect(app.count('spawned')).toBe(12);
  });

  it('a new one that fails leaves the old one serving', async () => {
    const app = await serving(2);
    writeFileSync(app.broken, '');
    const clients = load(app.port);
    app.sendCommand({ type: 'reload' });
    expect(await app.next('reloaded', 'reloadFailed')).toMatchObject({ type: 'reloadFailed', instance: 0 });
    rmSync(app.broken);
    app.sendCommand({ type: 'reload' });
    expect(await app.next('reloaded', 'reloadFailed')).toMatchObject({ type: 'reloaded' });
    expect((await clients.end()).errors).toEqual([]);
  });

  it('scales under load, and no request fails', async () => {
    const app = await serving(1);
    const clients = load(app.port);
    app.sendCommand({ type: 'scale', instances: 8 });
    await vi.waitFor(() => expect(app.count('ready')).toBe(8), { timeout: 30_000 });
    app.sendCommand({ type: 'scale', instances: 1 });
    await vi.waitFor(() => expect(app.count('exited')).toBe(7), { timeout: 30_000 });
    expect((await clients.end()).errors).toEqual([]);
  }, 60_000);

  it('scales to 0 and back under load: what is not served is refused', async () => {
    const app = await serving(2);
    const clients = load(app.port);
    app.sendCommand({ type: 'scale', instances: 0 });
    await vi.waitFor(() => expect(app.count('exited')).toBe(2), { timeout: 30_000 });
    await expect(ask(app.port)).rejects.toThrow('ECONNREFUSED');
    const before = clients.answers();
    app.sendCommand({ type: 'scale', instances: 8 });
    await vi.waitFor(() => expect(app.count('ready')).toBe(10), { timeout: 30_000 });
    await vi.waitFor(() => expect(clients.answers()).toBeGreaterThan(before + 100), { timeout: 30_000 });
    const { errors } = await clients.end();
    // The system resets connections that waited to be accepted when no listener was left.
    expect(errors.filter((error) => !/ECONNREFUSED|ECONNRESET/.test(error))).toEqual([]);
    expect(app.count('killed')).toBe(0);
  }, 60_000);

  // Node before 22.12 can bind one socket only, and the first to wake may accept them all.
  it.runIf(bindsBeside)('connections that are kept are spread', async () => {
    const { port } = await serving(2);
    const agents = Array.from({ length: 32 }, () => new Agent({ keepAlive: true }));
    onTestFinished(() => {
      for (const agent of agents) agent.destroy();
    });
    const numbers = await Promise.all(agents.map(async (agent) => (await ask(port, agent)).split(' ')[0]));
    expect(numbers.filter((number) => number === '0').length).toBeGreaterThan(4);
    expect(numbers.filter((number) => number === '1').length).toBeGreaterThan(4);
  });

  it.runIf(bindsBeside)('a port that another app shares among its own is in use all the same', async () => {
    const { port } = await serving(1);
    const spec = { script: fixture('httpServer.mjs'), args: [String(port)], restartAt: [] };
    const events = await lastValueFrom(cluster(spec, { instances: 2 })().pipe(toArray()));
    expect(events.filter(({ type }) => type === 'gaveUp')).toHaveLength(2);
  });

  it('an idle session of HTTP/2 gets GOAWAY, and does not last until the grace is over', async () => {
    const app = await serving(1, { script: fixture('http2Server.mjs') });
    const session = connect(`http://127.0.0.1:${String(app.port)}`);
    onTestFinished(() => {
      session.destroy();
    });
    const answered = session.request({ ':path': '/' }).resume();
    await once(answered, 'end');
    const closed = once(session, 'close');
    app.sendCommand({ type: 'reload' });
    expect(await app.next('reloaded', 'reloadFailed')).toMatchObject({ type: 'reloaded' });
    await closed;
    await app.stop();
    expect(app.count('killed')).toBe(0);
    expect(app.all.filter((event) => event.type === 'exited')).toMatchObject([{ code: 0 }, {}]);
  });

  it('one that crashes is run again, and the others serve meanwhile', async () => {
    const app = await serving(2);
    await expect(ask(app.port, undefined, '/crash')).rejects.toThrow();
    expect(await ask(app.port)).toMatch(/^[01] /);
    await app.next('ready');
    expect(app.count('backingOff')).toBe(1);
    expect(app.count('spawned')).toBe(3);
  });

  it('all that crash are run again', async () => {
    const app = await serving(2);
    const crashed = (): number => app.all.filter((event) => event.type === 'exited' && !event.expected).length;
    await vi.waitFor(
      async () => {
        await ask(app.port, undefined, '/crash').catch(() => undefined);
        expect(crashed()).toBeGreaterThan(3);
      },
      { timeout: 15_000, interval: 20 },
    );
    await vi.waitFor(async () => expect(await ask(app.port)).toMatch(/^[01] /), { timeout: 10_000 });
  });

  it('a new one that never listens is not waited for beyond its time', async () => {
    const app = await serving(2, { readyTimeout: 3_000 });
    writeFileSync(app.broken, 'silent');
    app.sendCommand({ type: 'reload' });
    expect(await app.next('reloaded', 'reloadFailed')).toMatchObject({ type: 'reloadFailed', instance: 0 });
    expect(await ask(app.port)).toMatch(/^[01] /);
  });

  it('one that has grown too large is replaced, and no request fails', async () => {
    const app = await serving(2, { maxRss: { bytes: 250_000_000, every: 100 } });
    const clients = load(app.port);
    const restarted = app.next('stopping');
    for (let n = 0; n < 30; n += 1) await ask(app.port, undefined, '/leak');
    expect(await restarted).toMatchObject({ reason: 'restart', trigger: 'maxRss' });
    await vi.waitFor(() => expect(app.count('ready')).toBeGreaterThan(2), { timeout: 10_000 });
    expect((await clients.end()).errors).toEqual([]);
    expect(app.count('killed')).toBe(0);
  });

  it('a port in use is an error of the program: it crashes, and is given up by its limit', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const spec = { script: fixture('httpServer.mjs'), args: [String(port)], restartAt: [] };
    const events = await lastValueFrom(cluster(spec, { instances: 2 })().pipe(toArray()));
    other.close();
    expect(events.filter(({ type }) => type === 'gaveUp')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'ready')).toEqual([]);
  });

  it('refuses what Node does not run', () => {
    expect(() => cluster({ command: 'nginx' })).toThrow(/^command: Node does not run 'nginx'/);
    expect(() => cluster({ script: 'a.py', ready: 'spawn' })).toThrow(/^script: Node does not run 'a\.py'/);
    expect(() => cluster({ script: 'a.js' }, { instances: 1.5 })).toThrow(/^instances: 1\.5 is not a number of/);
  });
});
