import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findConfig } from '../../../src/cli/config/findConfig.js';
import { loadServices } from '../../../src/cli/config/loadServices.js';
import { type ChildSpec, RxvisorError } from '../../../src/index.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxvisor-config-')));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A file of a folder of its own, beside scripts to run: modules are loaded once for each path. */
function file(name: string, text: string): string {
  count += 1;
  const path = join(folder, String(count), name);
  mkdirSync(join(folder, String(count), 'sub'), { recursive: true });
  for (const script of ['a.js', 'b.js', 'api.js', 'web.js']) writeFileSync(join(folder, String(count), script), '');
  writeFileSync(path, text);
  return path;
}

async function refusal(path: string, args: readonly string[] = []): Promise<string> {
  const error = await loadServices(path, args).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect.assert(error instanceof RxvisorError);
  expect(error.code).toBe('ERR_CONFIG');
  expect(error.message.startsWith(`${path}:`)).toBe(true);
  return error.message.slice(path.length).replace(/^: /, '');
}

describe('a config', () => {
  const services = `[{ "name": "api", "script": "api.js" }, { "command": "sleep", "cwd": "sub", "log": "logs/s.log" }]`;

  it.each([
    ['services.json', services],
    ['services.json', `\uFEFF{ "services": ${services} }`],
    ['services.json', `{ "$schema": "config.schema.json", "services": ${services} }`],
    ['x.config.json', services],
    ['x.config.mjs', `export default ${services};`],
    ['config.mjs', `export default { services: ${services} };`],
    ['x.config.cjs', `module.exports = ${services};`],
    ['x.config.js', `module.exports = { services: ${services} };`],
  ])('%s with %s is a list of services, its paths from its folder', async (name, text) => {
    const path = file(name, text);
    const at = join(path, '..');
    expect(await loadServices(path, [])).toEqual([
      { name: 'api', script: 'api.js', cwd: at },
      { command: 'sleep', cwd: join(at, 'sub'), log: join(at, 'logs/s.log') },
    ]);
  });

  it.each([
    ['x.json', '[{]', /JSON/],
    ['x.json', '5', '5 is not a config. Give an array of services, or { services: [...] }.'],
    ['x.json', 'null', 'null is not a config. Give an array of services, or { services: [...] }.'],
    ['x.json', '{}', 'services: undefined is not a list. Give an array of services, or { services: [...] }.'],
    ['x.json', '{ "services": 5 }', 'services: 5 is not a list. Give an array of services, or { services: [...] }.'],
    ['x.json', '{ "service": [] }', "service: unknown field, with value []. Did you mean 'services'?"],
    ['x.json', '{ "apps": [] }', "no services. Give at least one: [{ script: 'app.js' }]."],
    ['x.json', '{ "apps": [5] }', "apps: [5] is not a list of apps. Give an array: { apps: [{ script: 'app.js' }] }."],
    [
      'x.json',
      '{ "apps": [{ "script": "a.js", "max_memory_restart": "lots" }] }',
      'services[0]: maxRss: NaN is not a size. Give bytes: a whole number, 1 or more.',
    ],
    [
      'Procfile',
      'web: node a.js\nweb node',
      /:2: 'web node' is not a process type. Give a name and a command: web: node server.js$/,
    ],
    ['Procfile', '# none', "no services. Give at least one: [{ script: 'app.js' }]."],
    ['x.json', '[]', "no services. Give at least one: [{ script: 'app.js' }]."],
    ['x.json', '{ "services": [] }', "no services. Give at least one: [{ script: 'app.js' }]."],
    ['x.config.mjs', 'export const services = [];', /^no default export\. Add one: export default/],
    [
      'x.config.mjs',
      'throw new Error("not today")',
      /^cannot load this file: Error: not today\n {2} +at .*x\.config\.mjs:1/,
    ],
    [
      'x.config.mjs',
      'throw new SyntaxError("what")',
      /^cannot load this file: SyntaxError: what. To see where: node --check .*x\.config\.mjs$/,
    ],
    [
      'x.config.js',
      `throw new SyntaxError("Unexpected token 'export'")`,
      'cannot load this file: Node reads this file as CommonJS. Rename it to x.config.mjs, or set "type": "module" in package.json.',
    ],
    [
      'x.config.js',
      'throw new SyntaxError("Cannot use import statement outside a module")',
      'cannot load this file: Node reads this file as CommonJS. Rename it to x.config.mjs, or set "type": "module" in package.json.',
    ],
    ['x.config.mjs', 'throw 5', 'cannot load this file: 5'],
    ['x.config.mjs', 'import "./missing.mjs"', /^cannot load this file: .*missing\.mjs/],
    [
      'x.json',
      '[{ "script": "a.js" }, { "name": "b", "script": "b.js", "restartAt": [-5] }]',
      "services[1] ('b'): restartAt[0]: -5 is not a delay. Give milliseconds: a finite number from 0 to 2147483647.",
    ],
    [
      'x.json',
      '[{ "script": "a.js", "instances": 0 }]',
      "services[0]: instances: 0 is not a number of instances. Give a number from 1 to 10000; 'max': one for each core; -1: one less than that.",
    ],
    [
      'x.json',
      '{ "apps": [{ "script": "a.js", "instances": 10001 }] }',
      'instances: 10001 is not a number of instances. Give 10000 at most.',
    ],
    [
      'x.json',
      '[{ "script": "a.py", "exec": "cluster" }]',
      "services[0]: script: Node does not run 'a.py', so it cannot share a port. Give a script for Node, or use fleet().",
    ],
    ['x.json', '[{ "instance": 2 }]', "services[0]: instance: unknown field, with value 2. Did you mean 'instances'?"],
    ['x.json', '[{ "scrpt": "a.js" }]', "services[0]: scrpt: unknown field, with value 'a.js'. Did you mean 'script'?"],
    ['x.json', '[5]', "services[0]: spec: 5 is not a spec. Give an object such as { script: 'app.js' }."],
    ['x.json', '[{}]', /^services\[0\]: script: missing/],
    [
      'x.json',
      '[{ "script": "a.cobol" }]',
      /^services\[0\]: script: there is no default interpreter for the extension of 'a.cobol'\./,
    ],
    ['x.json', '[{ "name": 5, "script": "a.js" }]', /^services\[0\]: name: 5 is not a name/],
    ['x.json', '[{ "script": "a.js", "__proto__": { "script": 5 } }]', /^services\[0\]: __proto__: unknown field/],
  ])('%s with %s is refused', async (name, text, problem) => {
    const message = await refusal(file(name, text));
    if (typeof problem === 'string') expect(message).toBe(problem);
    else expect(message).toMatch(problem);
    expect(message).not.toContain('node:');
  });

  it('instances: so many of a service, each with its number', async () => {
    const load = async (instances: unknown) =>
      loadServices(file('x.json', JSON.stringify([{ script: 'a.js', env: { A: '1' }, instances }])), []);
    const numbers = (services: readonly ChildSpec[]) => services.map(({ env }) => env?.RXVISOR_INSTANCE);
    expect(numbers(await load(3))).toEqual(['0', '1', '2']);
    expect(numbers(await load('max'))).toHaveLength(availableParallelism());
    expect(numbers(await load(-1))).toHaveLength(Math.max(1, availableParallelism() - 1));
    expect(await load(1)).toMatchObject([{ env: { A: '1', RXVISOR_INSTANCE: '0', NODE_APP_INSTANCE: '0' } }]);
    expect(await loadServices(file('x.json', '[{ "script": "a.js" }]'), [])).toEqual([
      { script: 'a.js', cwd: expect.any(String) as string },
    ]);
  });

  it('takes no arguments', async () => {
    expect(await refusal(file('x.json', services), ['--port'])).toBe(
      '["--port"]: a config takes no arguments. Put them in the config, in the field args.',
    );
  });
});

describe('what others have written', () => {
  it('a Procfile: each line is a command for a shell', async () => {
    const path = file('Procfile', '# how it runs\r\nweb: node server.js --port $PORT\n\n  job-1:   ./job.sh\t\n');
    const cwd = join(path, '..');
    expect(await loadServices(path, [])).toEqual([
      { name: 'web', command: 'sh', args: ['-c', 'node server.js --port $PORT'], cwd },
      { name: 'job-1', command: 'sh', args: ['-c', './job.sh'], cwd },
    ]);
    expect(await loadServices(file('Procfile.dev', 'web: ls'), [])).toMatchObject([{ name: 'web' }]);
  });

  it('an ecosystem file of pm2, with the environment that is chosen; keys without an equal are reported', async () => {
    const apps = `[{ name: 'web', script: 'web.js', env: { A: 1 }, env_production: { A: 2 }, log_date_format: 'HH' }]`;
    const path = file('ecosystem.config.js', `module.exports = { apps: ${apps}, deploy: {} };`);
    const left: string[] = [];
    const load = async (env?: string) => loadServices(path, [], { env, onUnsupported: (what) => left.push(what) });
    expect(await load()).toMatchObject([{ name: 'web', cwd: join(path, '..'), env: { A: '1' } }]);
    expect(await load('production')).toMatchObject([{ env: { A: '2' } }]);
    expect(left.slice(2)).toEqual([
      `${path}: deploy: {}: not supported by rxvisor; left out.`,
      `${path}: web: log_date_format: 'HH': not supported by rxvisor; left out.`,
    ]);
  });

  it('an environment that is chosen means nothing elsewhere', async () => {
    for (const path of [file('x.json', services()), file('Procfile', 'web: ls'), file('a.js', '')]) {
      await expect(loadServices(path, [], { env: 'production' })).rejects.toThrow(
        `${path}: --env production: this is not a pm2 ecosystem file.`,
      );
    }
    function services(): string {
      return '[{ "command": "ls" }]';
    }
  });
});

describe('a selection', () => {
  const services = JSON.stringify([
    { name: 'api', script: 'api.js' },
    { name: 'mail', script: 'missing.js', profiles: ['dev'] },
  ]);

  it('leaves out services with other profiles, whose scripts may be missing', async () => {
    const path = file('x.json', services);
    expect(await loadServices(path, [])).toEqual([{ name: 'api', script: 'api.js', cwd: join(path, '..') }]);
    await expect(loadServices(path, [], { selection: { profile: ['dev'] } })).rejects.toThrow('missing.js');
    await expect(loadServices(path, [], { selection: { only: ['mail'] } })).rejects.toThrow('missing.js');
  });

  it('refuses profiles that are not names', async () => {
    expect(await refusal(file('x.json', '[{ "script": "a.js", "profiles": "dev" }]'))).toBe(
      "services[0]: profiles: 'dev' is not a list of names. Give a list: ['dev'].",
    );
  });

  it.each([
    ['services.conf', services],
    ['local.mjs', `export default ${services};`],
  ])('isConfig: %s is a config', async (name, text) => {
    const loaded = await loadServices(file(name, text), [], { isConfig: true });
    expect(loaded).toMatchObject([{ name: 'api', script: 'api.js' }]);
  });

  it('needs a config', async () => {
    await expect(loadServices(file('s.js', ''), [], { selection: { only: ['s'] } })).rejects.toThrow(
      's.js: --only: this is a script, not a config. Remove the option, or give --config FILE.',
    );
  });
});

describe('findConfig', () => {
  it('finds ours before those of others', () => {
    const at = join(file('Procfile', ''), '..');
    expect(findConfig(at)).toBe(join(at, 'Procfile'));
    writeFileSync(join(at, 'ecosystem.config.js'), '');
    expect(findConfig(at)).toBe(join(at, 'ecosystem.config.js'));
    writeFileSync(join(at, 'rxvisor.config.json'), '');
    expect(findConfig(at)).toBe(join(at, 'rxvisor.config.json'));
  });

  it('says what to write when there is none', () => {
    expect(() => findConfig(join(folder, 'nowhere'))).toThrow('no config in this folder. Give a config');
  });
});

describe('a script', () => {
  it('is whatever has not the name of a config, and is not looked into', async () => {
    for (const name of ['app.mjs', 'app.py', 'reconfig.js', 'app', 'configure.js']) {
      const path = file(name, 'syntax error (');
      const [stem = ''] = name.split('.');
      expect(await loadServices(path, ['--port', '80'])).toEqual([
        { name: stem, script: path, args: ['--port', '80'] },
      ]);
    }
  });

  it('is refused when nothing is known to run it', async () => {
    expect(await refusal(file('notes.txt', 'text'))).toMatch(
      /^script: there is no default interpreter for the extension of /,
    );
  });
});

describe('a file', () => {
  it('has to be there, and to be one', async () => {
    expect(await refusal(join(folder, 'missing.json'))).toBe(`no such file. Look in ${folder}.`);
    expect(await refusal('webb')).toBe(
      `no such file. Look in ${process.cwd()}. To restart a service of this name, run: rxvisor restart webb`,
    );
    expect(await refusal(folder)).toBe('not a file. Give a config or a script.');
    expect(await refusal(join(file('a.js', ''), 'b.js'))).toMatch(/^(no such file|ENOTDIR)/);
  });
});
