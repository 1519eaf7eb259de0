// A job beside a server: when one has ended, the other is stopped.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from 'rxvisor';
import { type Commands, users } from '../real/commands.js';

const user = users();

/** Prints that it is there, and ends when a file appears. */
function job(name: string, code: number, file = 'go'): ServiceSpec {
  return shell(name, `echo here; until [ -e ${file} ]; do sleep 0.05; done; exit ${code}`);
}

const server = shell('server', 'trap "echo good-bye; exit 0" TERM; echo here; while :; do sleep 0.05; done');
const stubborn = shell('stubborn', 'trap "" TERM INT; echo here; while :; do sleep 1; done');

function shell(name: string, line: string): ServiceSpec {
  return { name, command: 'sh', args: ['-c', line], grace: 60_000, ready: { line: 'here' } };
}

/** A config of somebody, and a way to end its jobs. */
function project({ home }: Commands, services: readonly ServiceSpec[]) {
  const config = join(home, 'services.config.json');
  writeFileSync(config, JSON.stringify(services));
  return {
    config,
    end: (file = 'go') => {
      writeFileSync(join(home, file), '');
    },
  };
}

describe('rxvisor run', () => {
  it.each([0, 3])('--exit-code-from: a job that ends with %i stops the server', async (code) => {
    const tester = user();
    const { config, end } = project(tester, [server, job('tests', code)]);
    const run = tester.begin('run', config, '--exit-code-from', 'tests');
    await run.says(/tests ready[^]*server ready|server ready[^]*tests ready/);
    end();
    expect(await run.ended).toEqual({ code, signal: null });
    expect(run.stdout()).toContain(`tests has ${code === 0 ? 'ended' : 'failed'}: stopping all services\n`);
    expect(run.stdout()).toContain('server: good-bye\n');
    expect(run.left()).toEqual([]);
  });

  it('--exit-code-from with a Procfile, whose services have no restart policy', async () => {
    const tester = user();
    const procfile = join(tester.home, 'Procfile');
    writeFileSync(procfile, 'web: while :; do sleep 0.05; done\ntests: exit 5\n');
    expect(await tester.run('run', procfile, '--exit-code-from', 'tests')).toMatchObject({ code: 5 });
  });

  it('--exit-code-from: the exit code of the job, though the server has ended first', async () => {
    const tester = user();
    const { config, end } = project(tester, [job('server', 0), { ...stubborn, name: 'tests', grace: 100 }]);
    const run = tester.begin('run', config, '--exit-code-from', 'tests');
    await run.says(/tests ready[^]*server ready|server ready[^]*tests ready/);
    end();
    expect(await run.ended).toEqual({ code: 137, signal: null });
  });

  it('--exit-code-from with a wrong name starts nothing', async () => {
    const tester = user();
    const { config } = project(tester, [server, job('tests', 0)]);
    const { code, out, err } = await tester.run('run', config, '--exit-code-from', 'test');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain("--exit-code-from test: no such service. Did you mean 'tests'?");
  });

  it('--abort-on-failure: a clean exit stops nothing, a failure all', async () => {
    const tester = user();
    const { config, end } = project(tester, [server, job('migration', 0, 'migrated'), job('worker', 4)]);
    const run = tester.begin('run', config, '--abort-on-failure');
    await run.says(/worker ready/);
    end('migrated');
    await run.says(/migration ended: code 0/);
    end();
    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.stdout()).toMatch(/worker has failed: stopping all services\n[^]*server: good-bye\n/);
    expect(run.stdout()).not.toContain('migration has');
  });

  it('one service has failed for good, and the others go on: 1 when they end', async () => {
    const tester = user();
    const broken = { ...shell('broken', 'exit 7'), restartAt: [] };
    const { config, end } = project(tester, [broken, job('other', 0)]);
    const run = tester.begin('run', config);
    await run.says(/broken failed[^]*other ready|other ready[^]*broken failed/);
    end();
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stdout()).toContain('other ended: code 0');
    expect(run.stdout()).not.toContain('stopping');
  });

  it('the first instance that ends stops all', async () => {
    const tester = user();
    const { config, end } = project(tester, [{ ...job('shard', 6, 'go-$RXVISOR_INSTANCE'), instances: 3 }]);
    const run = tester.begin('run', config, '--abort-on-exit');
    await run.says(/(shard#\d ready[^]*){3}/);
    end('go-1');
    expect(await run.ended).toEqual({ code: 6, signal: null });
    expect(run.stdout().match(/ended: SIGTERM/g)).toHaveLength(2);
  });

  it('of two that end at once, the first gives the exit code', async () => {
    const tester = user();
    const { config, end } = project(tester, [job('one', 11), job('two', 12)]);
    const run = tester.begin('run', config, '--abort-on-exit');
    await run.says(/one ready[^]*two ready|two ready[^]*one ready/);
    end();
    const { code } = await run.ended;
    const [, first] = /(\w+) has failed: stopping all services/.exec(run.stdout())!;
    expect(code).toBe(first === 'one' ? 11 : 12);
  });

  it('Ctrl-C while all are being stopped; a second signal kills', async () => {
    const tester = user();
    const { config, end } = project(tester, [stubborn, job('tests', 0)]);
    const run = tester.begin('run', config, '--abort-on-exit');
    await run.says(/tests ready[^]*stubborn ready|stubborn ready[^]*tests ready/);
    end();
    await run.says(/stubborn stopping/);
    run.process.kill('SIGINT');
    await run.says(/SIGINT: stopping services/);
    run.process.kill('SIGTERM');
    const { signal } = await run.ended;
    expect(['SIGINT', 'SIGTERM']).toContain(signal);
    expect(run.left()).toEqual([]);
  });

  it('a restart by hand is not an exit', async () => {
    const tester = user();
    const { config, end } = project(tester, [server, { ...job('tests', 3), restartAt: [], onExit: 'stopAll' }]);
    const run = tester.begin('run', config);
    await run.says(/tests ready[^]*server ready|server ready[^]*tests ready/);
    for (const command of ['restart', 'reload'])
      expect(await tester.run(command, 'tests')).toMatchObject({ code: 0, err: '' });
    expect(await tester.run('stop', 'tests')).toMatchObject({ code: 0 });
    expect((await tester.list()).map(({ name, state }) => [name, state])).toEqual([
      ['server', 'online'],
      ['tests', 'stopped'],
    ]);
    expect(await tester.run('restart', 'tests')).toMatchObject({ code: 0, err: '' });
    end();
    expect(await run.ended).toEqual({ code: 3, signal: null });
  });
});

describe('rxvisor start', () => {
  it.each(['onExit', 'onFailure'])('refuses %s, and starts nothing', async (field) => {
    const tester = user();
    const { config } = project(tester, [server, { ...job('tests', 3), [field]: 'stopAll' }]);
    const { code, err } = await tester.run('start', config);
    expect(code).toBe(2);
    expect(err).toContain(`${field}: 'stopAll' of tests works with \`rxvisor run\` and in the library only`);
    expect(await tester.list()).toEqual([]);
  });
});
