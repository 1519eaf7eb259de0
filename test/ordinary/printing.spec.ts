import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Commands, users } from '../real/commands.js';

const newUser = users();

/** Somebody with these services in the background. */
async function user(...services: readonly object[]): Promise<Commands> {
  const one = newUser();
  const config = join(one.home, 'x.config.json');
  writeFileSync(config, JSON.stringify(services));
  await one.run('start', config);
  return one;
}

/** Everything that steers a terminal, hides, or turns the direction of what follows. */
const steers = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const name = 'web\u001B]0;owned\u0007\u009B2J\u202Egpj\u200B\u2028';
const sleeper = { command: 'sleep', args: ['60'] };

it('a name that steers a terminal does not, wherever it is printed', async () => {
  const { run } = await user({ ...sleeper, name, args: ['60', '\u001B[2J'], env: { 'A\u001B[2J': '\u0007' } });
  const shown = [
    await run('list'),
    await run('describe', 'all', '--env'),
    await run('restart', 'all'),
    await run('logs', 'all'),
    await run('ping'),
    await run('stop', 'no\u001B[2Jbody'),
    await run('no\u001B[2Jcommand'),
    await run('list', '--no\u0007option'),
    await run('completion', '--names'),
    await run('stop', 'all'),
  ];
  for (const { out, err } of shown) expect(out + err).not.toMatch(steers);
  expect(shown[0]!.out).toContain('web\\u001b]0;owned\\u0007\\u009b2J\\u202egpj\\u200b\\u2028');
  expect(shown[5]!.err).toContain('no\\u001b[2Jbody');
  const data = [
    ...[await run('list', '--json'), await run('describe', 'all', '--json'), await run('logs', 'all', '--json')],
    ...[await run('restart', 'all', '--json'), await run('save', '--json'), await run('stop', 'all', '--json')],
  ];
  for (const { out } of data) expect(out).not.toMatch(steers);
  const listed = JSON.parse((await run('list', '--json')).out) as readonly { readonly name: string }[];
  expect(listed).toMatchObject([{ name }]);
}, 60_000);

it('secrets are shown to nobody who has not asked for them', async () => {
  const jwt = `eyJ${'a1'.repeat(10)}.eyJ${'b2'.repeat(20)}.${'c3'.repeat(20)}`;
  const env = { GITHUB_PAT: 'hush', JWT: jwt, URL: 'postgres://me:hush@db/1', NOTHING: jwt, PORT: '80' };
  const { run } = await user({
    ...sleeper,
    name: 'web',
    args: ['60'],
    env,
    liveness: { http: 'http://me:hush@127.0.0.1:1/', every: 600_000 },
  });
  for (const args of [['--env'], ['--env', '--json']]) {
    const { out } = await run('describe', 'web', ...args);
    expect(out).not.toMatch(/hush|eyJ/);
    expect(out).toMatch(/PORT/);
    const all = await run('describe', 'web', ...args, '--show-secrets');
    expect(all.out).toContain(jwt);
    expect(all.out).toContain('postgres://me:hush@db/1');
    expect(all.out).toContain('http://me:hush@127.0.0.1:1/');
  }
}, 60_000);

it('a regular expression that never ends does not hang the command', async () => {
  const { run } = await user({ ...sleeper, name: `${'a'.repeat(60)}!` });
  expect(await run('stop', '/^(a+)+$/')).toMatchObject({
    code: 2,
    err: 'rxvisor: /^(a+)+$/: takes too long to match. Give a simpler pattern.\n',
  });
}, 60_000);
