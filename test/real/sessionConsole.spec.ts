import { afterEach, expect, it } from 'vitest';
import { freePort } from '../freePort.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';

afterEach(expectNothingLeft);

it('the example, on a terminal: status, help, completion, settings, a crash, a restart, and the end', async () => {
  const port = await freePort();
  const run = start(
    'python3',
    ['test/fixtures/cli-pty.py', '120', '40', process.execPath, 'examples/server-session/main.mjs'],
    { PORT: String(port) },
  );
  const type = (text: string): unknown => run.process.stdin?.write(text);
  await run.says(/server: listening/);
  type('status\r');
  await run.says(/server online, pid \d+, restarts 0, crashes 0/);
  type('help\r');
  await run.says(/set port NAME N \[restart\] +changes a port/);
  type('gre');
  await run.says(/> \S*gre$/);
  // By itself: with more behind it, it would be taken for part of something pasted.
  type('\t');
  await run.says(/greet $/);
  type('world\r');
  await run.says(/hello world/);
  type('set polling 0\r');
  await run.says(/set polling: '0' is not N\. Usage: set polling N \[now\]/);
  type('set polling 100 now\r');
  await run.says(/server: polling is 100/);
  await fetch(`http://localhost:${port}/crash`).catch(() => undefined);
  await run.says(/server: crashed: Error: as you wished/);
  await run.says(/mail: 1 crash/);
  await run.says(/the server ends: crash/);
  await run.says(/server: listening[^]*server: listening/);
  type('restart clean\r');
  await run.says(/the server ends: restart/);
  await run.says(/server online, pid \d+, restarts 2, crashes 1/);
  type('logs 5\r');
  type('exit clean\r');
  await run.says(/the server ends: sessionEnd/);
  await run.says(/server: the session has ended: the console/);
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.stdout()).not.toContain('RXVISOR_SESSION');
  expect(run.left()).toEqual([]);
}, 60_000);
