import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { firstValueFrom, timer } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { connectControl, type Control } from '../../src/control/index.js';
import { controlClient } from '../../src/control/client/controlClient.js';
import type { ChildSpec } from '../../src/index.js';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { fixture, folder, runs } from './bench.js';

afterEach(expectNothingLeft);

interface Manager {
  readonly path: string;
  readonly program: Program;
  readonly control: Control;
  readonly descriptors: () => number;
  /** Its memory in use, in MiB. */
  readonly memory: () => number;
}

async function manager(specs: readonly ChildSpec[]): Promise<Manager> {
  const path = join(folder(), 'a.sock');
  const program = start(process.execPath, [fixture('control-manager.mjs'), path, JSON.stringify(specs)]);
  await program.says(/^listening$/m);
  const proc = `/proc/${program.process.pid!}`;
  return {
    path,
    program,
    control: await connectControl(path),
    descriptors: () => readdirSync(`${proc}/fd`).length,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`${proc}/status`, 'utf8'))![1]) / 1_024,
  };
}

async function end({ control, program }: Manager): Promise<void> {
  await control.shutdown();
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.left()).toEqual([]);
}

it('lists, stops, restarts, signals and deletes real children of another process', async () => {
  const sleeper = { command: 'sleep', args: ['60'] };
  const a = await manager([{ name: 'a', ...sleeper }, sleeper]);
  const { control } = a;
  await vi.waitFor(
    async () =>
      expect(await control.list()).toMatchObject([{ id: 1, name: 'a', state: 'online' }, { state: 'online' }]),
    10_000,
  );
  const [first] = await control.list();
  const [again] = await control.restart('a');
  expect(runs(first!.pid!)).toBe(false);
  expect(again).toMatchObject({ id: 1, state: 'online', restarts: 1 });
  expect(again!.pid).not.toBe(first!.pid);
  expect(await control.stop({ pid: again!.pid! })).toMatchObject([
    { state: 'stopped', lastExit: { signal: 'SIGTERM' } },
  ]);
  await control.signal(2, 'SIGKILL');
  await vi.waitFor(
    async () => expect((await control.list())[1]).toMatchObject({ restarts: 1, state: 'online' }),
    10_000,
  );
  expect(await control.delete('a')).toMatchObject([{ id: 1 }]);
  expect(await control.start({ name: 'b', ...sleeper })).toMatchObject({ id: 3, name: 'b' });
  expect((await control.list()).map(({ id }) => id)).toEqual([2, 3]);
  await end(a);
});

it('watch: on, off, and toggled', async () => {
  const cwd = folder();
  const a = await manager([{ name: 'a', command: 'sleep', args: ['60'], cwd }]);
  const { control } = a;
  const restarts = async (): Promise<number> => (await control.list())[0]!.restarts;
  const touch = (): void => writeFileSync(join(cwd, 'touched'), String(performance.now()));
  // No event says when the watching begins: the first change after that restarts it.
  const restartsByTouch = async (): Promise<void> => {
    const before = await restarts();
    await vi.waitFor(
      async () => {
        if ((await restarts()) === before) touch();
        expect(await restarts()).toBeGreaterThan(before);
      },
      { interval: 500, timeout: 15_000 },
    );
  };
  // An absence is no event: until another restart would have been asked for, and done.
  const rest = async (): Promise<unknown> => firstValueFrom(timer(500));
  expect(await control.watch('a', true)).toMatchObject([{ id: 1 }]);
  await restartsByTouch();
  expect(await control.watch('a')).toMatchObject([{ id: 1 }]);
  await rest();
  const before = await restarts();
  touch();
  await rest();
  expect(await restarts()).toBe(before);
  await control.watch('a');
  await restartsByTouch();
  expect((await control.watch('a', false))[0]).not.toHaveProperty('refused');
  await end(a);
}, 60_000);

it('a client that stops reading a flood does not grow the manager, and misses nothing of the log', async () => {
  const log = join(folder(), 'a.log');
  // Started and no more: the flood is on when its log is asked for.
  const flood: ChildSpec = { command: 'seq', args: ['3000000'], log, output: false, restartOn: 'crash', settle: 0 };
  const a = await manager([]);
  const client = await controlClient(a.path);
  await a.control.start(flood);
  const before = a.memory();
  let size = 0;
  let last = '';
  let paused = false;
  client.subscribe(
    'logs',
    { target: 1, lines: 'all', follow: true },
    {
      next: ({ text }) => {
        size += text.length;
        last = text;
        if (paused) return;
        paused = true;
        client.pause();
      },
      error: (error) => (last = String(error)),
      complete: () => undefined,
    },
  );
  await vi.waitFor(() => expect(paused).toBe(true), 60_000);
  // 22.9 MB are written while nobody reads.
  await vi.waitFor(async () => expect(await a.control.list()).toMatchObject([{ state: 'stopped' }]), 60_000);
  expect(size).toBeLessThan(5_000_000);
  expect(a.memory() - before).toBeLessThan(60);
  client.resume();
  await vi.waitFor(() => expect(last).toMatch(/(^|\n)3000000\n$/), 60_000);
  expect(size).toBe(22_888_896);
  expect(a.memory() - before).toBeLessThan(80);
  client.close();
  await end(a);
}, 120_000);

it('1,000 clients that come and go, or send rubbish, leave no descriptor behind', async () => {
  const a = await manager([]);
  const before = a.descriptors();
  const words = ['', 'rubbish\r\n\r\n', 'Content-Length: 104857600\r\n\r\n', 'Content-Length: 9\r\n\r\n{"half'];
  const hello = '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"1"}}';
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const socket = connect(a.path);
        const closed = new Promise((resolve) => socket.once('close', resolve));
        await once(socket, 'connect');
        socket.on('error', () => undefined);
        // Once it has been let in: connecting is faster than that, and a full backlog is EAGAIN.
        socket.write(`Content-Length: ${hello.length}\r\n\r\n${hello}`);
        await once(socket, 'data');
        await new Promise((resolve) => socket.write(words[n % words.length]!, resolve));
        socket.destroy();
        await closed;
      }),
    );
  }
  await vi.waitFor(() => expect(a.descriptors()).toBe(before), 10_000);
  expect(await a.control.ping()).toBe('pong');
  await end(a);
}, 60_000);

it('1,000 connects at once: as many as there is room for are served, the others get an error; the manager stays up', async () => {
  const a = await manager([]);
  const before = a.descriptors();
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () =>
      connectControl(a.path, { timeout: 20_000 }).then(
        async (control) => control.ping().finally(control.close),
        (error: unknown) => String(error),
      ),
    ),
  );
  const served = answers.filter((answer) => answer === 'pong').length;
  expect(served).toBeGreaterThan(200);
  expect(
    new Set(answers.filter((answer) => answer !== 'pong').map((answer) => answer.replace(/^.*sock: /, ''))),
  ).toEqual(served === 1_000 ? new Set() : new Set(['the manager closed the connection.']));
  await vi.waitFor(() => expect(a.descriptors()).toBe(before), 10_000);
  expect(await a.control.ping()).toBe('pong');
  await end(a);
}, 60_000);
