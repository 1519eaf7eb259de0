import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../freePort.js';
import { exits, fixture, folder, typesOf, watch } from './bench.js';

const every = 20;

describe('ready', () => {
  it('listening: when a server of an unmodified program listens', async () => {
    const socket = join(folder(), 's');
    const child = watch({ script: fixture('late.mjs'), args: [socket], ready: 'listening' });
    await child.seen('ready');
    const probe = watch({ command: 'sleep', args: ['60'], ready: { tcp: socket, every } });
    await probe.seen('ready');
    expect(typesOf(child.events)).toEqual(['spawned', 'ready']);
  });

  it('listening: a server of a program that it starts itself does not count', async () => {
    const child = watch({ script: fixture('late.mjs'), args: [join(folder(), 's'), 'fork'], ready: 'listening' });
    await child.seen('ready');
    expect(child.output()).toBe('');
    expect(typesOf(child.events)).toEqual(['spawned', 'ready']);
  });

  it('listening: one that never does is stopped, as a crash', async () => {
    const spec = { script: fixture('graceful.mjs'), ready: 'listening', readyTimeout: 300, restartAt: [] } as const;
    const events = await watch(spec).ended();
    expect(typesOf(events)).toEqual(['spawned', 'stopping readyTimeout', 'exited', 'gaveUp']);
    expect(exits(events)[0]).toMatchObject({ expected: false });
  });

  it('tcp: when any program accepts connections', async () => {
    const port = await freePort();
    const script = `import socket,signal; s=socket.create_server(('127.0.0.1',${port})); signal.pause()`;
    const child = watch({ command: 'python3', args: ['-c', script], ready: { tcp: port, every } });
    await child.seen('ready');
    const other = watch({ command: 'sleep', args: ['60'], ready: { tcp: `127.0.0.1:${port}`, every } });
    await other.seen('ready');
  });

  it('http: after a successful answer, not after an error or a timeout', async () => {
    const server = watch({ script: fixture('web.mjs') });
    const [, port] = await server.said(/^port (\d+)$/);
    const ready = (path: string) => ({ http: `http://127.0.0.1:${port!}/${path}`, every, timeout: 100 });
    await watch({ command: 'sleep', args: ['60'], ready: ready('ok') }).seen('ready');
    for (const path of ['503', 'hang']) {
      const spec = { command: 'sleep', args: ['60'], ready: ready(path), readyTimeout: 400, restartAt: [] };
      expect(typesOf(await watch(spec).ended())).toContain('stopping readyTimeout');
    }
  });

  it('exec: a program that ends well; one that hangs is killed, with all it started', async () => {
    const file = join(folder(), 'up');
    const child = watch({
      command: 'bash',
      args: ['-c', `touch ${file}; exec sleep 60`],
      ready: { exec: ['test', '-e', file], every },
    });
    await child.seen('ready');
    const hanging = watch({
      command: 'sleep',
      args: ['60'],
      ready: { exec: ['bash', '-c', 'sleep 61 & wait'], every, timeout: 50 },
      ...{ readyTimeout: 300, restartAt: [] },
    });
    expect(typesOf(await hanging.ended())).toContain('stopping readyTimeout');
    const missing = watch({ command: 'true', ready: { exec: ['/no/such/program'], every } });
    expect(typesOf(await missing.ended())).toEqual(['spawned', 'exited']);
  });
});

describe('liveness', () => {
  it('a server that fails too often in a row is run again, on the schedule', async () => {
    const port = await freePort();
    const child = watch({
      command: 'node',
      args: [
        '-e',
        `let n = 0; require('http').createServer((q, r) => { r.statusCode = (n += 1) > 3 ? 500 : 200; r.end(); }).listen(${port}, '127.0.0.1')`,
      ],
      ready: { tcp: port, every },
      liveness: { http: `http://127.0.0.1:${port}/`, every, failures: 2 },
      restartAt: [10],
    });
    await child.seen('ready', ({ attempt }) => attempt === 2);
    expect(typesOf(child.events)).toEqual([
      ...['spawned', 'ready', 'stopping liveness', 'exited', 'backingOff', 'spawned', 'ready'],
    ]);
    expect(exits(child.events)[0]).toMatchObject({ expected: false, signal: 'SIGTERM' });
  });
});
