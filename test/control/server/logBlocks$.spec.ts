import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { LogBlock } from '../../../src/control/index.js';
import { folder, frame, rig } from '../rig.js';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, n) => `${n + from}\n`).join('');

describe('logs$', () => {
  it('the last lines of a file, and then it completes', async () => {
    const log = join(folder(), 'a.log');
    const { connect } = await rig([{ name: 'a', command: 'x', log }]);
    writeFileSync(log, numbers(1, 100));
    const control = await connect();
    const logged = lastValueFrom(control.logs$('a', { lines: 3 }).pipe(toArray()));
    expect(await logged).toEqual([{ id: 1, name: 'a', text: '98\n99\n100\n' }]);
    const all = lastValueFrom(control.logs$('a', { lines: Infinity }).pipe(map(({ text }) => text)));
    expect(await all).toBe(numbers(1, 100));
  });

  it('a file of two children once, a file for each stream by its name, none that is not there yet', async () => {
    const cwd = folder();
    const [shared, out, none] = ['shared', 'out', 'none'].map((name) => join(cwd, name));
    const { connect } = await rig([
      { name: 'a', command: 'x', log: shared! },
      { name: 'b', command: 'x', log: { file: shared! } },
      { name: 'c', command: 'x', log: { stdout: out!, stderr: none! } },
    ]);
    writeFileSync(shared!, 'of a and b\n');
    writeFileSync(out!, 'of c\n');
    const logged = await lastValueFrom((await connect()).logs$({ all: true }).pipe(toArray()));
    expect(logged.toSorted((a, b) => a.id - b.id)).toEqual([
      { id: 1, name: 'a', text: 'of a and b\n', shared: true },
      { id: 3, name: 'c', stream: 'stdout', text: 'of c\n' },
    ]);
    const one = await lastValueFrom((await connect()).logs$('b').pipe(toArray()));
    expect(one).toEqual([{ id: 2, name: 'b', text: 'of a and b\n' }]);
  });

  it('followed, what is written next', async () => {
    const log = join(folder(), 'a.log');
    const { connect } = await rig([{ name: 'a', command: 'x', log }]);
    writeFileSync(log, '1\n');
    const control = await connect();
    let logged = '';
    control.logs$('a', { lines: 1, follow: true }).subscribe(({ text }) => (logged += text));
    await vi.waitFor(() => expect(logged).toBe('1\n'));
    appendFileSync(log, '2\n3');
    await vi.waitFor(() => expect(logged).toBe('1\n2\n'));
  });

  it('without a file: what it said last, and what it says next', async () => {
    const { connect, world } = await rig([{ name: 'a', command: 'x' }]);
    const [child] = world.children;
    child!.say(numbers(1, 20));
    child!.say('oh\n', 'stderr');
    const control = await connect();
    const last = await lastValueFrom(control.logs$('a', { lines: 2 }).pipe(toArray()));
    expect(last).toEqual([
      { id: 1, name: 'a', stream: 'stdout', text: '19\n20\n' },
      { id: 1, name: 'a', stream: 'stderr', text: 'oh\n' },
    ]);
    const next: LogBlock[] = [];
    control.logs$('a', { lines: 0, follow: true }).subscribe((block) => next.push(block));
    await control.ping();
    child!.say('more\n');
    await vi.waitFor(() => expect(next).toEqual([{ id: 1, name: 'a', stream: 'stdout', text: 'more\n' }]));
    expect(await lastValueFrom(control.logs$('a', { lines: 0 }), { defaultValue: 'nothing' })).toBe('nothing');
  });

  it('of what it said, the last 64 Ki are kept', async () => {
    const { connect, world } = await rig([{ name: 'a', command: 'x' }]);
    for (let n = 0; n < 100; n += 1) world.children[0]!.say(numbers(n * 1_000 + 1, (n + 1) * 1_000));
    const control = await connect();
    const kept = await lastValueFrom(
      control.logs$('a', { lines: Infinity }).pipe(
        map(({ text }) => text),
        toArray(),
        map((texts) => texts.join('')),
      ),
    );
    expect(kept.length).toBeGreaterThan(65_000);
    expect(kept.length).toBeLessThan(140_000);
    const [first] = kept.split('\n');
    expect(kept).toBe(numbers(Number(first), 100_000));
  });

  it('of nobody: completes', async () => {
    const control = await (await rig([])).connect();
    expect(await lastValueFrom(control.logs$('nobody', { follow: true }), { defaultValue: 'nothing' })).toBe('nothing');
  });
});

describe('a client that does not read', () => {
  const hello = frame({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, version: '1' } });
  const subscribe = (params: object): string =>
    frame({ jsonrpc: '2.0', id: 2, method: 'subscribe', params: { id: 1, ...params } });

  it('gets the latest status, and not all those between', async () => {
    const { raw, supervisor, connect } = await rig(
      Array.from({ length: 200 }, (_, n) => ({ name: `${'x'.repeat(200)}${n}`, command: 'x' })),
    );
    const { socket, received } = await raw();
    socket.write(hello + subscribe({ stream: 'status' }));
    await vi.waitFor(() => expect(received()).toContain('"next"'));
    socket.pause();
    // 200 statuses of 60 kB each: what the system holds for a reader is soon full.
    await (await connect()).restart({ all: true });
    const before = received().length;
    socket.resume();
    await vi.waitFor(() => expect(received().match(/"attempt":2/g)?.length ?? 0).toBeGreaterThanOrEqual(200));
    const snapshots = received().match(/"method":"next"/g)!.length;
    expect(snapshots).toBeLessThan(50);
    expect(received().length - before).toBeLessThan(5_000_000);
    expect(supervisor.describe(1)).toHaveLength(1);
  });

  it('loses a stream of events when it reads too slowly, and gets an error', async () => {
    const { raw, world, connect } = await rig([{ name: 'a', script: 'a.js' }]);
    const { socket, received } = await raw();
    socket.write(hello + subscribe({ stream: 'event' }));
    await vi.waitFor(() => expect(received()).toContain('"id":2'));
    socket.pause();
    const message = 'x'.repeat(100_000);
    for (let n = 0; n < 30; n += 1) {
      world.children[0]!.happen({ type: 'message', message });
      await (await connect()).ping();
    }
    socket.resume();
    await vi.waitFor(() => expect(received()).toContain('events: this client reads too slowly. Subscribe again.'));
    expect(received().match(/"type":"message"/g)!.length).toBeLessThan(30);
  });

  it('gets the number of missed lines of output that goes to no file', async () => {
    const { raw, world, connect } = await rig([{ name: 'a', command: 'x' }]);
    const { socket, received } = await raw();
    socket.write(hello + subscribe({ stream: 'logs', target: 'a', lines: 0, follow: true }));
    await vi.waitFor(() => expect(received()).toContain('"id":2'));
    socket.pause();
    const control = await connect();
    const line = `${'x'.repeat(999)}\n`;
    for (let n = 0; n < 200; n += 1) {
      world.children[0]!.say(line.repeat(10));
      await control.ping();
    }
    control.close();
    socket.resume();
    let ends = 0;
    await vi.waitFor(() => {
      ends += 1;
      world.children[0]!.say(`end ${ends}\n`);
      expect(received()).toContain('"dropped":');
    });
    // The ends that came too early are among the dropped.
    const [, end, dropped] = /end (\d+)\\n","dropped":(\d+)/.exec(received())!;
    expect(received().match(/x{999}/g)!.length + Number(dropped)).toBe(2_000 + Number(end) - 1);
  });
});
