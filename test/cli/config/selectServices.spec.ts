import { describe, expect, it } from 'vitest';
import {
  refuseSelection,
  type SelectableService,
  selectServices,
  type ServiceSelection,
  withoutMissingDependencies,
} from '../../../src/cli/config/selectServices.js';

function service(name: string, dependsOn: readonly string[] = [], profiles: readonly string[] = []): SelectableService {
  return { name, dependsOn, profiles, where: `c.json: services ('${name}')` };
}

const services = [
  service('web', ['api']),
  service('api', ['db']),
  service('db'),
  service('mail', [], ['dev']),
  service('mock', ['seed'], ['dev']),
  service('seed', ['db'], ['dev', 'ci']),
  service('admin', ['seed'], ['debug']),
];

const always = ['web', 'api', 'db'];

describe('selectServices', () => {
  it.each<[ServiceSelection, readonly string[]]>([
    [{}, always],
    [{ profile: ['dev'] }, [...always, 'mail', 'mock', 'seed']],
    [{ profile: ['ci'] }, [...always, 'seed']],
    [{ profile: ['ci', 'debug'] }, [...always, 'seed', 'admin']],
    [{ only: ['web'] }, always],
    [{ only: ['db', 'api'] }, ['api', 'db']],
    [{ only: ['web'], deps: false }, ['web']],
    [{ only: ['mail'] }, ['mail']],
    [{ only: ['mock'] }, ['db', 'mock', 'seed']],
    [{ only: ['admin'], profile: ['ci'] }, ['db', 'seed', 'admin']],
    [{ only: ['admin'], deps: false }, ['admin']],
    [{ only: ['admin', 'seed'] }, ['db', 'seed', 'admin']],
  ])('%j', (selection, names) => {
    expect(selectServices('c.json', services, selection).map(({ name }) => name)).toEqual(names);
  });

  it('takes all services of a name, but only the enabled ones as dependencies', () => {
    const twins = [service('api', ['db']), service('db', [], ['dev']), service('db', [], ['ci'])];
    const select = (selection: ServiceSelection) =>
      selectServices('c.json', twins, selection).map((selected) => twins.indexOf(selected));
    expect(select({ profile: ['ci'] })).toEqual([0, 2]);
    expect(select({ only: ['db'] })).toEqual([1, 2]);
  });

  it('ends with a cycle', () => {
    const cycle = [service('a', ['b']), service('b', ['a'])];
    expect(selectServices('c.json', cycle, { only: ['a'] })).toEqual(cycle);
  });

  it.each<[ServiceSelection, string]>([
    [{ only: ['wbe'] }, "c.json: --only wbe: no such service. Did you mean 'web'?"],
    [
      { only: ['nothing-like-it'] },
      'c.json: --only nothing-like-it: no such service. Known: web, api, db, mail, mock, seed, admin.',
    ],
    [{ profile: ['dve'] }, "c.json: --profile dve: no such profile. Did you mean 'dev'?"],
    [
      { profile: ['debug'] },
      "c.json: services ('admin'): dependsOn: 'seed' runs only with profile dev or ci. Add --profile dev.",
    ],
    [{ only: ['admin'] }, "'seed' runs only with profile dev or ci. Add --profile dev."],
    [{ deps: false }, '--no-deps: no services selected. Add --only NAME.'],
  ])('refuses %j', (selection, message) => {
    expect(() => selectServices('c.json', services, selection)).toThrow(message);
  });

  it('refuses a config in which no service would run', () => {
    const dev = [service('a', [], ['dev']), service('b', [], ['ci'])];
    expect(() => selectServices('c.json', dev, {})).toThrow(
      'c.json: all services have profiles. Add --profile NAME: dev, ci.',
    );
    expect(() => selectServices('c.json', [service('a')], { profile: ['dev'] })).toThrow('No service has a profile.');
  });
});

it.each<[ServiceSelection, string]>([
  [{ only: ['a'] }, '--only'],
  [{ deps: false }, '--no-deps'],
  [{ profile: ['dev'] }, '--profile'],
])('a script has nothing to select from: %j', (selection, option) => {
  expect(() => refuseSelection('a.js', selection)).toThrow(`a.js: ${option}: this is a script, not a config.`);
  expect(() => refuseSelection('a.js', { deps: true })).not.toThrow();
});

it('withoutMissingDependencies keeps the dependencies on services that are selected or running', () => {
  const specs = [
    { name: 'web', script: 'a.js', dependsOn: { api: 'started', db: 'ready', mail: 'ready' } },
    { name: 'api', script: 'a.js', dependsOn: ['mail'] },
    { name: 'cron', script: 'a.js' },
  ] as const;
  expect(withoutMissingDependencies(specs, ['db', undefined])).toEqual([
    {
      name: 'web',
      script: 'a.js',
      dependsOn: { api: { condition: 'started', restart: false }, db: { condition: 'ready', restart: false } },
    },
    { name: 'api', script: 'a.js' },
    { name: 'cron', script: 'a.js' },
  ]);
});
