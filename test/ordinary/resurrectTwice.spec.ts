// What was saved runs already.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { connectControl } from '../../src/control/index.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { fixture, folder } from '../real/bench.js';
import { commands } from '../real/commands.js';

const app = fixture('cli-app.mjs');

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
  await expectNothingLeft();
});

it('in the background: nothing starts, also when a service has been started from another shell since', async () => {
  const { home, run, list, end } = commands();
  ends.push(end);
  const config = join(home, 'x.config.json');
  const log = { rotate: { keep: 2, size: 100_000 }, file: join(home, 'x.log') };
  writeFileSync(config, JSON.stringify([{ name: 'x', script: app, log, env: { V: '1' } }]));
  await run('start', config);
  await run('start', app, '--name', 'y', '-i', '2');
  await run('save');
  await run('delete', 'x');
  writeFileSync(config, JSON.stringify([{ name: 'x', script: app, log, env: { V: '2' } }]));
  await run('start', config);
  const before = (await list()).map(({ id, pid }) => [id, pid]);
  for (let time = 0; time < 2; time += 1) {
    expect(JSON.parse((await run('resurrect', '--json')).out)).toMatchObject({ started: [], kept: 3, problems: [] });
  }
  expect((await list()).map(({ id, pid }) => [id, pid])).toEqual(before);
}, 60_000);

it('in an app that serves control: a child with a log, whatever the order of its fields', async () => {
  const at = folder();
  const path = join(at, 'app.sock');
  const program = join(at, 'app.mjs');
  writeFileSync(
    program,
    `import { supervise } from '${new URL('../../dist/index.js', import.meta.url).href}';
import { serveControl$ } from '${new URL('../../dist/control/index.js', import.meta.url).href}';
const log = { rotate: { keep: 2, size: 100_000 }, fsync: 'end', format: 'json', file: 'a.log' };
const supervisor = supervise([{ log, script: ${JSON.stringify(app)}, name: 'a' }, { log: 'b.log', command: 'sleep', args: ['60'] }]);
serveControl$(supervisor, { path: ${JSON.stringify(path)}, savedList: ${JSON.stringify(join(at, 'saved.json'))} }).subscribe({
  next: ({ type }) => type === 'listening' && console.log('listening'),
  complete: () => process.exit(0),
});
`,
  );
  const manager = start(process.execPath, [program], {}, at);
  ends.push(async () => {
    manager.process.kill('SIGTERM');
    await manager.ended;
  });
  await manager.says(/listening/);
  using control = await connectControl(path);
  await control.save();
  expect(await control.resurrect()).toMatchObject({ started: [], kept: 2, problems: [] });
  expect(await control.list()).toHaveLength(2);
}, 60_000);
