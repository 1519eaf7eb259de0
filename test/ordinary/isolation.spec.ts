import { expect, it, onTestFinished } from 'vitest';
import { type SupervisorEvent, supervise } from 'rxvisor';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { resolve } from 'node:path';

/** A supervisor that is disposed of after the test, and all its events. */
function started(...[specs]: Parameters<typeof supervise>) {
  const supervisor = supervise(specs, { signals: false });
  const event$ = new ReplaySubject<SupervisorEvent>(Infinity);
  supervisor.event$.subscribe(event$);
  onTestFinished(async () => supervisor[Symbol.asyncDispose]());
  const seen = async (id: number, type: SupervisorEvent['type'], attempt = 1) =>
    firstValueFrom(event$.pipe(filter((event) => event.id === id && event.type === type && event.attempt === attempt)));
  return { supervisor, seen };
}

const fixture = (name: string): string => resolve('test/fixtures', name);

it('a child that writes rubbish to its IPC channel is restarted; the one beside it notices nothing', async () => {
  const text = 'DEBUG: connected to the database\n';
  const { supervisor, seen } = started([
    { name: 'good', script: fixture('listener.mjs'), ready: { line: 'listening' } },
    { name: 'bad', script: fixture('channelBytes.mjs'), args: [JSON.stringify({ text })], restartAt: [1] },
  ]);
  expect(await seen(2, 'stopping')).toMatchObject({
    reason: 'channel',
    message: expect.stringContaining('DEBUG') as string,
  });
  expect(await seen(2, 'exited')).toMatchObject({ expected: false });
  await seen(2, 'spawned', 2);
  await seen(1, 'ready');
  await supervisor.send('good', 'hello');
  expect(await seen(1, 'message')).toMatchObject({ message: { echo: 'hello' } });
  expect(supervisor.describe('good')).toMatchObject([{ status: { state: 'online', attempt: 1, crashes: 0 } }]);
});

it('messages for a child that does not read them are refused beyond 16 MiB, and all promises settle', async () => {
  const { supervisor, seen } = started([{ name: 'stubborn', script: fixture('ignoresMessages.mjs'), restartAt: [] }]);
  await seen(1, 'message');
  const message = 'x'.repeat(1_000_000);
  const sends = Array.from({ length: 100 }, async () => supervisor.send('stubborn', message));
  expect(await seen(1, 'refused')).toMatchObject({
    command: 'send',
    reason: expect.stringMatching('not read') as string,
  });
  supervisor.signal('stubborn', 'SIGKILL');
  const results = (await Promise.all(sends)).flat();
  const reasons = results.map(({ refused = 'sent' }) => refused.replace(/\d+/, 'N'));
  const full = reasons.filter((reason) => reason === 'the child does not read its messages: N bytes are waiting');
  expect(full.length).toBeGreaterThan(80);
  expect(reasons.filter((reason) => reason.endsWith('before the message was sent')).length).toBeGreaterThan(10);
});

it('send of a child resolves when the message is written: an exit loses nothing', async () => {
  const { seen } = started([{ script: fixture('lastWords.mjs') }]);
  expect(await seen(1, 'message')).toMatchObject({ message: 'x'.repeat(3_000_000) });
  expect(await seen(1, 'output')).toMatchObject({ text: 'true\n' });
});
