import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ChildEvent, ChildSpec } from '../../src/index.js';
import { exits, fixture, folder, read, runs, typesOf, watch } from './bench.js';

describe('rxvisor/child', () => {
  it('lets a program end that has nothing left to do', async () => {
    const child = watch({ script: fixture('idle.mjs') });
    const events = await child.ended();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'exited']);
    expect(exits(events)[0]).toMatchObject({ code: 0, expected: false });
  });

  it('keeps a program alive while it listens to messages, which are not the manager’s own', async () => {
    const child = watch({ script: fixture('listener.mjs') });
    await child.said(/listening/);
    for (const message of ['one', { stopping: false }, { rxvisor: 'hello', n: 1 }, null, 'bye'])
      child.sendCommand({ type: 'send', message });
    const events = await child.ended();
    const messages = events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
    expect(messages).toEqual(
      ['one', { stopping: false }, { rxvisor: 'hello', n: 1 }, null, 'bye'].map((echo) => ({ echo })),
    );
    expect(exits(events)[0]).toMatchObject({ code: 0, signal: null });
  });

  it('sends many messages at once without a warning', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'main.mjs'),
      `import { send } from ${JSON.stringify(import.meta.resolve('../../dist/child/index.js'))};
      const before = process.listenerCount('disconnect');
      const written = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n)));
      console.log(written.every(Boolean), process.listenerCount('disconnect') - before);`,
    );
    const child = watch({ script: join(cwd, 'main.mjs') });
    const events = await child.ended();
    expect(events.flatMap((event) => (event.type === 'message' ? [event.message] : []))).toHaveLength(50);
    expect(child.output()).toBe('true 0\n');
  });

  it('does nothing of note without a manager', async () => {
    const child = watch({ command: process.execPath, args: [fixture('lonely.mjs')] });
    await child.ended();
    expect(child.output()).toBe('[false,false]\n');
  });

  it('does nothing of note under somebody else’s IPC channel', async () => {
    const lonely = spawn(process.execPath, [fixture('lonely.mjs')], {
      env: { ...process.env, RXVISOR_MANAGER_PID: '1' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const messages: unknown[] = [];
    lonely.on('message', (message) => messages.push(message));
    const lines: string[] = [];
    for await (const line of createInterface(lonely.stdout!)) lines.push(line);
    expect(lines).toEqual(['[false,false]']);
    expect(messages).toEqual([]);
  });

  it('imports nothing but Node: it works where no package is installed', async () => {
    const cwd = folder();
    cpSync('dist/child', join(cwd, 'child'), { recursive: true });
    cpSync('dist/model/errors.js', join(cwd, 'model/errors.js'));
    writeFileSync(
      join(cwd, 'main.mjs'),
      `import { onStopping, ready } from './child/index.js';
      setInterval(() => {}, 60_000);
      onStopping(() => console.log('stopping'));
      ready();`,
    );
    const child = watch({ script: 'main.mjs', cwd, ready: 'message', grace: 10_000 });
    await child.seen('ready');
    expect(exits(await child.stop())[0]).toMatchObject({ code: 0, expected: true });
    expect(child.output()).toBe('stopping\n');
  });

  it.each(['onStop', 'hangs'])('ends its process when the manager is killed, with a handler that %s', async (how) => {
    const cwd = folder();
    const file = join(cwd, 'received');
    const spec = { script: fixture('orphan.mjs'), args: [file, how], grace: 100 };
    const { manager, event } = boss(spec);
    const { pid } = await event('spawned');
    await event('output');
    expect(runs(pid)).toBe(true);
    manager.kill('SIGKILL');
    await vi.waitFor(() => {
      expect(runs(pid)).toBe(false);
    }, 10_000);
    expect(read(file)).toBe('stopping\n');
  });

  it('is ready when it says so, and not before', async () => {
    const child = watch({ script: fixture('graceful.mjs'), ready: 'message', grace: 10_000 });
    await child.seen('ready');
    expect(typesOf(child.events)).toEqual(['spawned', 'ready']);
    await child.stop();
  });

  it('is stopped, which is a crash, when it does not say so in time', async () => {
    const child = watch({ script: fixture('idle.mjs'), ready: 'message', readyTimeout: 60_000, restartAt: [] });
    expect(typesOf(await child.ended())).toEqual(['spawned', 'exited']);
    const stubborn = watch({
      script: fixture('stubborn.mjs'),
      ready: 'message',
      readyTimeout: 50,
      grace: 50,
      restartAt: [],
    });
    const events = await stubborn.ended();
    // By then it may not even be stubborn yet.
    const types = typesOf(events).filter((type) => type !== 'killed');
    expect(types).toEqual(['spawned', 'stopping readyTimeout', 'exited', 'gaveUp']);
    expect(exits(events)[0]).toMatchObject({ code: null, expected: false });
  });
});

describe('a module folder', () => {
  it('may import rxvisor/child by its name', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'node_modules'));
    cpSync('dist', join(cwd, 'node_modules', 'rxvisor', 'dist'), { recursive: true });
    cpSync('package.json', join(cwd, 'node_modules', 'rxvisor', 'package.json'));
    cpSync(fixture('idle.mjs'), join(cwd, 'idle.mjs'));
    writeFileSync(join(cwd, 'package.json'), '{ "main": "idle.mjs" }');
    expect(existsSync(join(cwd, 'node_modules', 'rxjs'))).toBe(false);
    const child = watch({ cwd });
    await child.ended();
    expect(child.output()).toBe('done\n');
  });
});

/** A manager in a process of its own. */
function boss(spec: ChildSpec) {
  const manager = spawn(process.execPath, [fixture('boss.mjs'), JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    manager.kill('SIGKILL');
  });
  const events: ChildEvent[] = [];
  createInterface(manager.stdout).on('line', (line) => events.push(JSON.parse(line) as ChildEvent));
  const event = async <T extends ChildEvent['type']>(type: T) =>
    vi.waitFor(() => {
      const found = events.find((event): event is Extract<ChildEvent, { type: T }> => event.type === type);
      expect.assert(found, `no event ${type}`);
      return found;
    }, 10_000);
  return { manager, event };
}
