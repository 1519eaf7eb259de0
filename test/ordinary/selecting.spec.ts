// A part of a config: by name with its dependencies, by profile, and a config of any name.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from 'rxvisor';
import { type Commands, users } from '../real/commands.js';

const user = users();

const job = (name: string, fields: Partial<ServiceSpec> = {}): ServiceSpec => ({
  ...{ name, command: 'sh', args: ['-c', `echo ${name} works`] },
  ...fields,
});

const services = [
  job('db'),
  job('api', { dependsOn: { db: 'completedSuccessfully' } }),
  job('mail', { profiles: ['dev'] }),
  job('mock', { profiles: ['debug'], dependsOn: { mail: 'completed' } }),
];

function project({ home }: Commands): string {
  const config = join(home, 'local.conf');
  writeFileSync(config, JSON.stringify(services));
  return config;
}

describe('rxvisor run --config', () => {
  it.each([
    [[], ['api', 'db']],
    [
      ['--profile', 'dev'],
      ['api', 'db', 'mail'],
    ],
    [
      ['--only', 'api'],
      ['api', 'db'],
    ],
    [['--only', 'api', '--no-deps'], ['api']],
    [['--only', 'mail'], ['mail']],
  ])('with %j runs %j', async (options, names) => {
    const tester = user();
    const { code, out } = await tester.run('run', '--config', project(tester), ...options);
    expect([...new Set(out.match(/\w+(?= works)/g))].sort()).toEqual(names);
    expect(code).toBe(0);
  });

  it.each([
    [['--only', 'aip'], "--only aip: no such service. Did you mean 'api'?"],
    [['--profile', 'debug'], "('mock'): dependsOn: 'mail' runs only with profile dev. Add --profile dev."],
  ])('with %j is refused before anything starts', async (options, problem) => {
    const tester = user();
    const { code, out, err } = await tester.run('run', '--config', project(tester), ...options);
    expect(err).toContain(problem);
    expect([code, out]).toEqual([2, '']);
  });

  it('and a file besides are one too many', async () => {
    const tester = user();
    const { code, err } = await tester.run('run', '--config', project(tester), 'server.js');
    expect(err).toContain('server.js is given too. Remove one of the two.');
    expect(code).toBe(2);
  });
});

it('rxvisor start --no-deps waits for a dependency only if that runs already', async () => {
  const tester = user();
  const config = join(tester.home, 'services.config.json');
  const sleeper = (name: string, dependsOn: readonly string[]) => ({
    name,
    command: 'sleep',
    args: ['600'],
    dependsOn,
  });
  writeFileSync(config, JSON.stringify([sleeper('db', []), sleeper('api', ['db'])]));
  const dependsOn = async (): Promise<unknown> => {
    const { out } = await tester.run('describe', 'api', '--json');
    const [api] = JSON.parse(out) as readonly { readonly spec: ServiceSpec }[];
    return api?.spec.dependsOn;
  };
  expect((await tester.run('start', config, '--only', 'api', '--no-deps')).code).toBe(0);
  expect(await dependsOn()).toBeUndefined();
  await tester.run('delete', 'api');
  await tester.run('start', config, '--only', 'db');
  expect((await tester.run('start', config, '--only', 'api', '--no-deps')).code).toBe(0);
  expect((await tester.list()).map(({ name }) => name)).toEqual(['db', 'api']);
  expect(await dependsOn()).toEqual({ db: { condition: 'ready', restart: false } });
});

it('@batch is all services of a namespace', async () => {
  const tester = user();
  const config = join(tester.home, 'services.config.json');
  const sleeper = (name: string, namespace?: string): ServiceSpec => ({
    ...{ name, command: 'sleep', args: ['600'], namespace },
  });
  writeFileSync(config, JSON.stringify([sleeper('web'), sleeper('mails', 'batch'), sleeper('bills', 'batch')]));
  expect((await tester.run('start', config)).code).toBe(0);
  expect((await tester.run('stop', '@batch')).code).toBe(0);
  const states = async () => Object.fromEntries((await tester.list()).map(({ name, state }) => [name, state]));
  expect(await states()).toEqual({ web: 'online', mails: 'stopped', bills: 'stopped' });
  const { code, err } = await tester.run('restart', '@bacht');
  expect(err).toContain("@bacht: no such namespace. Did you mean '@batch'?");
  expect(code).toBe(3);
  expect((await tester.run('completion', '--names')).out.split('\n')).toContain('@batch');
});
