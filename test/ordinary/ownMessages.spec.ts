import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { filter, firstValueFrom, ReplaySubject, scan } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { type ChildEvent, type ChildSpec, supervise, type Supervisor } from 'rxvisor';
import { createPool } from 'rxvisor/pool';
import { channel, session } from 'rxvisor/session';

// A program must never see a message that is between a manager and its library: many look up a handler by a field of it.
const script = resolve('test/fixtures/messageLogger.mjs');

/** What the children have printed about messages, once the supervisor is stopped. */
function recordMessages(supervisor: Pick<Supervisor, 'event$'>) {
  const event$ = new ReplaySubject<ChildEvent>(Infinity);
  let text = '';
  supervisor.event$.subscribe((event) => {
    if (event.type === 'output') text += event.text;
    event$.next(event);
  });
  const count = async (type: ChildEvent['type'], times: number) =>
    firstValueFrom(
      event$.pipe(
        filter((event) => event.type === type),
        scan((seen) => seen + 1, 0),
        filter((seen) => seen === times),
      ),
    );
  return { count, messages: () => text.split('\n').filter((line) => line.startsWith('message')) };
}

function started(specs: readonly ChildSpec[]) {
  const supervisor = supervise(specs, { signals: false });
  onTestFinished(async () => supervisor[Symbol.asyncDispose]());
  return { supervisor, ...recordMessages(supervisor) };
}

it.each([
  ['does not import rxvisor/child', [], ['message {"stopping":true}', 'message {"stopping":true}']],
  ['imports it', ['child'], []],
])('instances that share ports, of a program that %s', async (_, args, stopping) => {
  const spec: ChildSpec = { name: 'web', script, args: ['listen', ...args], exec: 'cluster' };
  const { supervisor, count, messages } = started([spec, spec]);
  await count('ready', 2);
  // The others keep the port of one that is away.
  await supervisor.restart(1);
  await supervisor.restart(2);
  const before = messages().length;
  expect(before).toBe(stopping.length);
  await supervisor.send(1, { cmd: 'yours' });
  await supervisor.stop(1);
  expect(messages().slice(before)).toEqual(['message {"cmd":"yours"}', ...stopping.slice(0, 1)]);
});

it('a program that imports rxvisor/child, and is stopped', async () => {
  const { supervisor, count, messages } = started([{ script, args: ['child'], ready: 'message' }]);
  await count('ready', 1);
  await supervisor.restart(1);
  await supervisor.stop(1);
  expect(messages()).toEqual([]);
});

it('the worker of a session', async () => {
  const made = session({ script, args: ['session'] }, { signals: false, print: () => undefined });
  onTestFinished(async () => made[Symbol.asyncDispose]());
  const { messages } = recordMessages(made.supervisor);
  expect(await made.ipc.call('add', [1, 2])).toBe(3);
  const { id, event$ } = made.child;
  const other = channel({ event$, send: (message) => void made.supervisor.send(id, message) }, { name: 'other' });
  expect(await other.call('double', 4)).toBe(8);
  await made.set('polling', 1_000);
  await made.endSession('enough');
  expect(messages()).toEqual([]);
});

it('the workers of a pool, with the sockets they are given', async () => {
  const pool = createPool({ script, args: ['pool'], size: 1 }, { signals: false });
  onTestFinished(async () => pool[Symbol.asyncDispose]());
  const { messages } = recordMessages(pool);
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const answered = firstValueFrom(pool.request$('serve', { socket }));
  const [hello] = (await once(client, 'data')) as [Buffer];
  expect(String(hello)).toBe('hello');
  expect(await answered).toMatchObject({ data: 'done' });
  await pool.softStop();
  expect(messages()).toEqual([]);
});
