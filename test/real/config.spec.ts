import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  await expectNothingLeft();
});

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'rxvisor-config-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** In a folder, out of reach of who else runs rxvisor here. */
function run(cwd: string, ...args: string[]): Program {
  const at = ['-c', 'cd "$1" && shift && exec "$@"', 'sh', cwd];
  const main = resolve('dist/cli/main.js');
  return start('sh', [...at, process.execPath, main, 'run', ...args], { RXVISOR_HOME: join(cwd, 'home') });
}

const app = `
console.log(process.env.MODE, process.env.NODE_APP_INSTANCE, process.argv[2], process.execArgv.length);
process.send('ready');
setInterval(() => undefined, 1_000);
`;

describe('a config that others have written, as it stands', () => {
  it('an ecosystem file of pm2, found in the folder', async () => {
    const web = `{
      name: 'web', script: 'app.cjs', args: 'hello', node_args: '--no-warnings', instances: 2, wait_ready: true,
      out_file: 'out.log', env: { MODE: 'dev' }, env_production: { MODE: 'production' }, log_date_format: 'HH',
    }`;
    const cwd = folder({ 'app.cjs': app, 'ecosystem.config.js': `module.exports = { apps: [${web}] };` });
    const program = run(cwd, '--env', 'production');
    await program.says(/web#\d ready[^]*web#\d ready/);
    program.process.kill('SIGTERM');
    await program.ended;
    expect(readFileSync(join(cwd, 'out-0.log'), 'utf8')).toBe('production 0 hello 1\n');
    expect(readFileSync(join(cwd, 'out-1.log'), 'utf8')).toBe('production 1 hello 1\n');
    expect(program.stderr()).toContain("web: log_date_format: 'HH': not supported by rxvisor; left out.\n");
    expect(program.left()).toEqual([]);
  });

  it('a Procfile, found in the folder', async () => {
    const cwd = folder({ Procfile: 'one: echo "$GREETING" you; exec sleep 60\ntwo: echo two && exit 0\n' });
    const program = run(cwd, '--for', '2s');
    await program.says(/two: two/);
    await program.says(/one: +you/);
    expect((await program.ended).code).toBe(0);
    expect(program.left()).toEqual([]);
  });

  it('TypeScript, where Node reads it', async () => {
    const text = `const name: string = 'api'; export default [{ name, command: 'echo', args: ['typed'] }];`;
    const program = run(folder({ 'rxvisor.config.mts': text }));
    const { code } = await program.ended;
    // Node 22.18 and later do; `process.features` of those before does not say.
    if (Reflect.get(process.features, 'typescript') === 'strip') {
      expect([code, program.stdout()]).toEqual([0, expect.stringContaining('api: typed')]);
    } else {
      expect([code, program.stderr()]).toEqual([
        2,
        expect.stringContaining('cannot load TypeScript. Write a .mjs file'),
      ]);
    }
  });

  it('a folder without one: the error says what to write', async () => {
    const program = run(folder({}));
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.stderr()).toContain('no config in this folder. Give a config or a script,');
  });
});
