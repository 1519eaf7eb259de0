import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { folder } from '../real/bench.js';
import { users } from '../real/commands.js';

const user = users();

/** An app that answers with the name of its folder, prints it, and notes its port there. */
const SERVER = `
  import { writeFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  import { basename } from 'node:path';
  const name = basename(import.meta.dirname);
  const server = createServer((_, response) => response.end(name));
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(import.meta.dirname + '/port', String(server.address().port));
    console.log('I am ' + name);
  });`;

function app(root: string, name: string): string {
  mkdirSync(join(root, name));
  const script = join(root, name, 'server.mjs');
  writeFileSync(script, SERVER);
  return script;
}

const answerOf = async (root: string, name: string): Promise<string> => {
  const port = readFileSync(join(root, name, 'port'), 'utf8');
  return (await fetch(`http://127.0.0.1:${port}`)).text();
};

it('two apps of one default name, in two folders, share neither a port nor a log, and change apart', async () => {
  const { run, list } = user();
  const root = folder();
  for (const name of ['one', 'two']) {
    expect(await run('start', app(root, name), '-i', '1')).toMatchObject({ code: 0, err: '' });
    await eventually(() => {
      expect(readFileSync(join(root, name, 'port'), 'utf8')).toMatch(/^\d+$/);
    });
  }
  expect(await answerOf(root, 'one')).toBe('one');
  expect(await answerOf(root, 'two')).toBe('two');
  expect(readFileSync(join(root, 'one', 'port'), 'utf8')).not.toBe(readFileSync(join(root, 'two', 'port'), 'utf8'));

  for (const [id, name] of ['one', 'two'].entries()) {
    await eventually(async () => {
      expect((await run('logs', `id:${String(id + 1)}`, '-n', 'all')).out).toBe(`I am ${name}\n`);
    });
  }

  // Each has as many as was asked for, and no app costs the other one an instance.
  expect(await run('scale', 'server', '2')).toMatchObject({ code: 0 });
  expect(await list()).toHaveLength(4);
  expect(await run('delete', 'id:1', 'id:3')).toMatchObject({ code: 0 });
  expect(await answerOf(root, 'two')).toBe('two');
}, 60_000);

it('services whose names become similar names of files have a log each', async () => {
  const { home, run } = user();
  const script = join(folder(), 'app.mjs');
  writeFileSync(script, "console.log('I am ' + process.argv[2]); setInterval(() => {}, 60_000);");
  const names = ['a/b', 'a_b', '日本', '中国', '..', '.', 'Web', 'web', 'daemon', 'worker-1'];
  for (const name of names) {
    expect(await run('start', script, name, '--name', name)).toMatchObject({ code: 0, err: '' });
  }
  for (const name of names) {
    await eventually(async () => {
      expect((await run('logs', name, '-n', 'all')).out).toBe(`I am ${name}\n`);
    });
  }
  expect(readFileSync(join(home, 'logs', 'daemon.log'), 'utf8')).not.toContain('I am');
}, 60_000);
