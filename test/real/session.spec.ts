import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ChildSpec, type Effects, nodeEffects } from '../../src/index.js';
import { session, type Session, type SessionEvent, type SessionOptions } from '../../src/session/index.js';
import { freePort } from '../freePort.js';
import { fixture, folder, read, watch } from './bench.js';

interface Watched {
  readonly session: Session;
  readonly port: number;
  readonly notes: () => string[];
  readonly printed: string[];
  readonly seen: <T extends SessionEvent['type']>(
    type: T,
    test?: (event: Extract<SessionEvent, { type: T }>) => boolean,
  ) => Promise<Extract<SessionEvent, { type: T }>>;
  readonly types: () => string[];
}

const running: Session[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (each) => each[Symbol.asyncDispose]()));
});

async function start(mode = 'well', options: SessionOptions = {}, spec: Partial<ChildSpec> = {}): Promise<Watched> {
  const port = await freePort();
  const notes = join(folder(), 'notes');
  const printed: string[] = [];
  const made = session(
    { name: 'web', script: fixture('session-worker.mjs'), args: [notes, mode], grace: 2_000, restartAt: [50], ...spec },
    {
      ports: { server: port },
      polling: 100,
      heartbeat: { port: 'server', timeout: 1_000, tolerance: 1, startTimeout: 15_000 },
      print: (line) => printed.push(line),
      ...options,
    },
  );
  running.push(made);
  const event$ = new ReplaySubject<SessionEvent>(Infinity);
  const events: SessionEvent[] = [];
  made.event$.subscribe(event$);
  event$.subscribe((event) => events.push(event));
  const isA =
    <T extends SessionEvent['type']>(type: T, test: (event: Extract<SessionEvent, { type: T }>) => boolean) =>
    (event: SessionEvent): event is Extract<SessionEvent, { type: T }> =>
      event.type === type && test(event as Extract<SessionEvent, { type: T }>);
  return {
    session: made,
    port,
    printed,
    notes: () => {
      try {
        return read(notes).trimEnd().split('\n');
      } catch {
        return [];
      }
    },
    seen: async (type, test = () => true) => firstValueFrom(event$.pipe(filter(isA(type, test)))),
    types: () => events.map(({ type }) => type),
  };
}

const again = ({ attempt }: { readonly attempt: number }): boolean => attempt === 2;

describe('heartbeat of a session', () => {
  it.each(['ill', 'slow', 'hang'])('a server that answers %s is restarted, and gets the reason', async (how) => {
    const {
      session: made,
      seen,
      notes,
    } = await start('well', {
      heartbeat: { port: 'server', timeout: 200, tolerance: 1 },
    });
    await seen('listening', ({ first }) => first);
    await made.ipc.call('answer', how);
    expect(await seen('heartbeatMissed')).toMatchObject({ failures: 1, tolerance: 1 });
    expect(await seen('unresponsive')).toMatchObject({ failures: 2 });
    expect(await seen('crashed')).toMatchObject({ report: { cause: 'unresponsive' } });
    expect(await seen('backingOff')).toMatchObject({ crashes: 1 });
    await seen('spawned', again);
    expect(notes()).toEqual(['exit crash it no longer answered']);
  });

  it('waits for a server that is still starting, after any number of polls', async () => {
    let polls = 0;
    const check$: Effects['check$'] = (...target) => {
      polls += 1;
      return nodeEffects.check$(...target);
    };
    const { session: made, seen, types } = await start('late', { effects: { ...nodeEffects, check$ } });
    // Far more than the one failure that is tolerated.
    await vi.waitFor(() => expect(polls).toBeGreaterThan(5), 10_000);
    expect(types()).not.toContain('listening');
    await made.ipc.call('listen');
    expect(await seen('listening')).toMatchObject({ first: true });
    expect(types().filter((type) => type === 'heartbeatMissed' || type === 'crashed')).toEqual([]);
  });

  it('one that never comes up is unresponsive after startTimeout', async () => {
    const { seen } = await start('refuse', { heartbeat: { port: 'server', startTimeout: 1_000 } });
    expect(await seen('unresponsive')).toMatchObject({ message: 'no answer within 1000 ms of its start' });
    await seen('spawned', again);
  });

  it('a new interval applies at once', async () => {
    const { session: made, seen } = await start('well', { polling: 1_000_000 });
    await seen('listening');
    await made.ipc.call('answer', 'ill');
    await made.set('polling', 50);
    await seen('unresponsive');
  });
});

describe('crashes of a session', () => {
  it('reports first, then runs the exit handlers, then exits with 1', async () => {
    const { session: made, seen, notes, types, printed } = await start();
    await seen('listening');
    const whys: unknown[] = [];
    made.onExit((why) => whys.push(why));
    await made.ipc.call('throw');
    const { report } = await seen('crashed');
    expect(report).toMatchObject({
      name: 'web',
      attempt: 1,
      cause: 'error',
      error: { name: 'TypeError', message: 'boom' },
    });
    expect(report.error.stack).toContain('session-worker.mjs');
    expect(await seen('exited')).toMatchObject({ code: 1, expected: false });
    expect(types().indexOf('crashed')).toBeLessThan(types().indexOf('exited'));
    expect(notes()).toEqual(['exit crash boom']);
    expect(whys).toMatchObject([{ type: 'crash', error: { message: 'boom' } }]);
    expect(printed).toContain('web: crashed: TypeError: boom');
    await seen('spawned', again);
  });

  it('an unhandled rejection is a crash; a handler that hangs delays only for the grace period', async () => {
    const { session: made, seen } = await start('hangOnExit', {}, { grace: 300 });
    await seen('spawned');
    await made.ipc.call('reject');
    expect((await seen('crashed')).report.error.message).toBe('unhandled rejection: no reason');
    expect(await seen('exited')).toMatchObject({ code: 1 });
  });

  it('a worker that runs out of memory is reported with its last lines', async () => {
    const { session: made, seen } = await start('well', {}, { execArgv: ['--max-old-space-size=32'] });
    await seen('listening');
    await made.ipc.call('oom');
    const { report } = await seen('crashed');
    expect(report.cause).toBe('signal');
    expect(report.stderr.join('\n')).toContain('heap out of memory');
  });

  it('a crash loop makes one report and then a digest, also to a hook that fails at first', async () => {
    const bodies: { readonly count: number; readonly key: string; readonly subject: string }[] = [];
    let asked = 0;
    const hook: Server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        asked += 1;
        if (asked > 1) bodies.push(JSON.parse(text) as (typeof bodies)[number]);
        response.writeHead(asked === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done));
    const { port } = hook.address() as AddressInfo;
    const { toWebhook } = await import('../../src/session/notify/toWebhook.js');
    const { session: made, seen } = await start(
      'well',
      { notify: [toWebhook(`http://127.0.0.1:${port}/hook`, { retryAt: [10] })], throttle: 60_000 },
      {
        command: 'sh',
        args: ['-c', 'echo out of luck >&2; exit 3'],
        script: undefined,
        restartAt: [10],
        limit: { max: 4, within: 60_000 },
      },
    );
    await seen('gaveUp');
    expect(await made.ended).toEqual({ reason: 'the worker was given up', exitCode: 1 });
    await vi.waitFor(() => expect(bodies).toHaveLength(2), 5_000);
    expect(bodies).toMatchObject([
      { count: 1, key: made.key, subject: 'web has crashed: Error: exit code 3' },
      { count: 4, key: made.key, subject: 'web has crashed 4 times: Error: exit code 3' },
    ]);
    await new Promise((done) => hook.close(done));
  });
});

describe('steering a session', () => {
  it('settings reach the worker by environment, by message, and after a restart by environment again', async () => {
    const { session: made, seen, notes, port } = await start();
    await seen('listening');
    expect(await made.ipc.call('key')).toEqual([made.key, 'gone', String(port), '100']);
    await made.set('polling', 5_000);
    const other = await freePort();
    await made.set('port.server', other, { restart: true });
    await vi.waitFor(() => expect(notes()).toEqual(['polling 5000', `port.server ${other}`, 'exit restart']), 5_000);
    await seen('listening', ({ first }) => first);
    await vi.waitFor(async () => expect(await (await fetch(`http://localhost:${other}/`)).text()).toBe('well'), 5_000);
    expect(await made.ipc.call('key')).toEqual([made.key, 'gone', String(other), '5000']);
    await expect(made.set('port.servr', 1)).rejects.toThrow(
      "name: 'port.servr' is not a setting. Did you mean 'port.server'?",
    );
    await expect(made.set('polling', 0)).rejects.toThrow('polling: 0 is not milliseconds.');
  });

  it('the worker ends the session, gracefully or not, with its exit code', async () => {
    const { session: made, seen, notes } = await start();
    await seen('listening');
    await made.ipc.call('end', { exitCode: 7 });
    expect(await made.ended).toEqual({ reason: 'the worker wants it', exitCode: 7 });
    expect(notes()).toEqual(['exit sessionEnd']);
    const forced = await start('hangOnExit', { grace: 60_000 });
    let done = (): void => undefined;
    const slow = new Promise<void>((resolve) => (done = resolve));
    forced.session.onExit(async () => slow);
    await forced.seen('listening');
    // It is killed at once: before its answer, or after.
    const [called] = await Promise.allSettled([forced.session.ipc.call('end', { graceful: false })]);
    if (called.status === 'rejected') expect(called.reason).toMatchObject({ name: 'ChannelClosed' });
    // Also while the handlers of this process take their time.
    expect(await forced.seen('exited')).toMatchObject({ signal: 'SIGKILL' });
    expect(forced.notes()).toEqual([]);
    done();
  });

  it('calls work in both directions; pending calls are rejected when the worker ends', async () => {
    const { session: made, seen } = await start();
    await seen('listening');
    made.ipc.handle('what', (question) => `${String(question)}: 42`);
    expect(await made.ipc.call('ask', 'what')).toBe('a question: 42');
    await expect(made.ipc.call('exit', 3)).rejects.toMatchObject({ name: 'ChannelClosed' });
    await seen('spawned', again);
    await seen('notice', () => true);
    await vi.waitFor(async () => expect(await made.ipc.call('ask', 'what')).toBe('a question: 42'), 5_000);
  });

  it('a process has one session or one worker', async () => {
    const { session: made, seen } = await start();
    await seen('listening');
    expect(() => session({ command: 'true' })).toThrow('session: this process has one already.');
    await expect(made.ipc.call('second')).rejects.toThrow('worker: this process has one already.');
  });

  it('a worker starts none of its own, whether it has called worker() or not', async () => {
    const { session: made, seen } = await start();
    await seen('listening');
    const problem = 'session: this process is the worker of a session. Call worker() here, and session()';
    await expect(made.ipc.call('session')).rejects.toMatchObject({
      name: 'RxvisorError',
      code: 'ERR_SESSION',
      message: expect.stringContaining(problem) as string,
    });
    await made.endSession('the next one, please');
    const other = await start(
      'well',
      {},
      { script: fixture('session-monitor.mjs'), env: { PORT: '8080' }, restartAt: [] },
    );
    const { report } = await other.seen('crashed');
    expect(report.stderr.join('\n')).toContain(problem);
  });

  it('a child of anybody else is no worker', async () => {
    const child = watch({ script: fixture('session-worker.mjs'), restartAt: [] });
    await child.ended();
    expect(child.output('stderr')).toContain(
      'worker: this process is not the worker of a session. Start it with session(',
    );
  });

  it('the kill switch of the worker ends the session', async () => {
    const { session: made, seen, port } = await start();
    await seen('listening');
    expect((await fetch(`http://localhost:${port}/kill/wrong`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`http://localhost:${port}/kill/${made.key}`, { method: 'POST' })).status).toBe(200);
    expect(await made.ended).toEqual({ reason: 'the kill switch', exitCode: 0 });
  });

  it('a flood at the kill switch locks it, and disturbs nobody else', async () => {
    const { session: made, seen, port, types } = await start();
    await seen('listening');
    const kill = async (key: string): Promise<number> =>
      (await fetch(`http://localhost:${port}/kill/${key}`, { method: 'POST' })).status;
    const flood = await Promise.all(Array.from({ length: 300 }, async (_, n) => kill(`wrong${n}`)));
    expect(new Set(flood)).toEqual(new Set([404]));
    expect(await kill(made.key)).toBe(404);
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('well');
    expect(types().filter((type) => type === 'stopping' || type === 'exited')).toEqual([]);
  });

  it('a worker that exits by itself is replaced, with code 0 too, and so is one that somebody stops and restarts', async () => {
    const { session: made, seen } = await start();
    await seen('listening');
    await made.ipc.call('exit', 0).catch((error: unknown) => expect(String(error)).toContain('ChannelClosed'));
    await seen('spawned', again);
    await made.supervisor.stop('web');
    expect(await made.restart()).toMatchObject({ state: 'online' });
    expect(await made.endSession('enough')).toEqual({ reason: 'enough', exitCode: 0 });
  });
});
