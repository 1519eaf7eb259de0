import { filter, lastValueFrom, map, merge, Subject, take, tap, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { managed$, switchManaged } from 'rxvisor';
import { freePort } from '../freePort.js';

/** A server that holds its port for a moment when it is asked to stop, as one with open requests does. */
const SERVER = `
  const server = require('node:http').createServer().listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
  process.on('SIGTERM', () => setTimeout(() => process.exit(), 100));
`;

it('a server with new settings takes over the port of the one with the old', async () => {
  const env = { PORT: String(await freePort()) };
  const value$ = new Subject<string>();
  const stop$ = new Subject<true>();
  const event$ = value$.pipe(
    switchManaged((name, command$) =>
      managed$(
        {
          name,
          command: process.execPath,
          args: ['-e', SERVER],
          env,
          ready: { line: 'listening' },
          grace: 10_000,
          restartAt: [],
        },
        merge(command$, stop$.pipe(map(() => ({ type: 'stop' }) as const))),
      ),
    ),
    tap(({ name, type }) => {
      if (name === 'old' && type === 'ready') value$.next('new');
      if (name === 'new' && (type === 'ready' || type === 'gaveUp')) stop$.next(true);
    }),
    filter(({ type }) => type !== 'output' && type !== 'stopping'),
    map(({ name, type }) => `${String(name)} ${type}`),
    take(6),
    toArray(),
  );
  const received = lastValueFrom(event$);
  value$.next('old');
  expect(await received).toEqual([
    ...['old spawned', 'old ready', 'old exited'],
    ...['new spawned', 'new ready', 'new exited'],
  ]);
});
