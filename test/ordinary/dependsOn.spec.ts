// A database, a migration and a server, which start in this order and stop in reverse.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ServiceSpec } from 'rxvisor';
import { type Commands, users } from '../real/commands.js';

const user = users();

/** A server that is ready when a file appears, and says when it ends. */
function server(name: string, fields: Partial<ServiceSpec> = {}): ServiceSpec {
  const wait = `until [ -e ${name}.up ]; do sleep 0.05; done; echo here`;
  const serve = `trap "echo good-bye; exit 0" TERM; ${wait}; while :; do sleep 0.05; done`;
  return { name, command: 'sh', args: ['-c', serve], grace: 60_000, ready: { line: 'here' }, ...fields };
}

const migrate: ServiceSpec = { name: 'migrate', command: 'sh', args: ['-c', 'echo done'], dependsOn: ['db'] };

function project({ home }: Commands, services: readonly ServiceSpec[]) {
  const config = join(home, 'services.config.json');
  writeFileSync(config, JSON.stringify(services));
  return {
    config,
    up: (name: string) => {
      writeFileSync(join(home, `${name}.up`), '');
    },
  };
}

describe('dependsOn', () => {
  it('run: starts in order, and Ctrl-C stops in reverse', async () => {
    const tester = user();
    const api = server('api', { dependsOn: { migrate: 'completedSuccessfully', db: 'ready' } });
    const { config, up } = project(tester, [api, migrate, server('db')]);
    const run = tester.begin('run', config);
    await run.says(/db started/);
    expect(run.stdout()).not.toMatch(/(api|migrate) started/);
    up('db');
    await run.says(/api started/);
    expect(run.stdout()).toMatch(/db ready[^]*migrate started[^]*migrate ended: code 0[^]*api started/);
    up('api');
    await run.says(/api ready/);
    run.process.kill('SIGINT');
    await run.ended;
    expect(run.stdout()).toMatch(/api: good-bye[^]*api ended[^]*db: good-bye[^]*db ended/);
    expect(run.left()).toEqual([]);
  });

  it('run: a second Ctrl-C kills all, and none of them starts again', async () => {
    const tester = user();
    const stubborn = (name: string, fields: Partial<ServiceSpec> = {}) =>
      server(name, {
        args: ['-c', 'trap "" TERM; echo here; while :; do sleep 0.05; done'],
        restartAt: [1],
        ...fields,
      });
    const { config } = project(tester, [stubborn('db'), stubborn('api', { dependsOn: ['db'] })]);
    const run = tester.begin('run', config);
    await run.says(/api ready/);
    run.process.kill('SIGINT');
    await run.says(/api stopping/);
    run.process.kill('SIGTERM');
    await run.ended;
    expect(run.stdout()).not.toMatch(/backing off|run 2/);
    expect(run.left()).toEqual([]);
  });

  it('run: names what will never be ready, and ends with 1', async () => {
    const tester = user();
    const db: ServiceSpec = {
      name: 'db',
      command: 'sh',
      args: ['-c', 'exit 3'],
      restartAt: [],
      ready: { line: 'here' },
    };
    const services = [db, migrate, server('api', { dependsOn: ['migrate'] })];
    const { config } = project(tester, services);
    const { code, out } = await tester.run('run', config);
    expect(out).toMatch(/migrate failed: db will never be ready\n/);
    expect(out).toMatch(/api failed: migrate will never be ready: it waits for db\n/);
    expect(code).toBe(1);
  });

  it.each(['run', 'start'])('%s: refuses an unknown name before anything starts', async (command) => {
    const tester = user();
    const { config } = project(tester, [server('api', { dependsOn: ['dv'] }), server('db')]);
    const { code, err } = await tester.run(command, config);
    expect(err).toContain(`services[0] ('api'): dependsOn: 'dv' is not the name of a service. Did you mean 'db'?`);
    expect(code).toBe(2);
    expect(await tester.list()).toEqual([]);
  });

  it('start: a service may depend on one that the manager already has', async () => {
    const tester = user();
    const { config, up } = project(tester, [server('db')]);
    up('db');
    expect((await tester.run('start', config)).code).toBe(0);
    project(tester, [server('api', { dependsOn: ['db'] })]);
    up('api');
    expect(await tester.run('start', config)).toMatchObject({ code: 0, err: '' });
    expect((await tester.list()).map(({ name, state }) => [name, state])).toEqual([
      ['db', 'online'],
      ['api', 'online'],
    ]);
  });

  it('in the background: waits, is listed as waiting, and resurrects in order', async () => {
    const tester = user();
    const { config, up } = project(tester, [server('api', { dependsOn: ['db'] }), server('db')]);
    const states = async () => Object.fromEntries((await tester.list()).map(({ name, state }) => [name, state]));
    const starting = tester.begin('start', config);
    await vi.waitFor(async () => expect(await states()).toEqual({ api: 'waiting', db: 'starting' }), 30_000);
    expect((await tester.run('describe', 'api')).out).toMatch(/waits for +db\n/);
    up('db');
    up('api');
    expect(await starting.ended).toEqual({ code: 0, signal: null });
    expect(await states()).toEqual({ api: 'online', db: 'online' });
    await tester.run('save');
    await tester.run('shutdown');
    expect((await tester.run('resurrect')).code).toBe(0);
    expect(await states()).toEqual({ api: 'online', db: 'online' });
  });
});
