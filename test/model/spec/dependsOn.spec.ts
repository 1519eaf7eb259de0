import { describe, expect, it } from 'vitest';
import { dependenciesFirst, dependenciesOf, findGraphProblem } from '../../../src/model/spec/dependsOn.js';

describe('dependenciesOf', () => {
  const ready = { condition: 'ready', restart: false };

  it.each([
    [undefined, {}],
    [['db', 'cache'], { db: ready, cache: ready }],
    [{ db: 'started' }, { db: { condition: 'started', restart: false } }],
    [{ db: {} }, { db: ready }],
    [{ db: { restart: true } }, { db: { condition: 'ready', restart: true } }],
    [{ job: { condition: 'completed' } }, { job: { condition: 'completed', restart: false } }],
  ] as const)('%j', (given, expected) => {
    expect(dependenciesOf(given)).toEqual(expected);
  });
});

describe('findGraphProblem', () => {
  it('finds nothing where each name is that of a service, of this list or of those that exist', () => {
    expect(findGraphProblem([{ name: 'api', dependsOn: ['db', 'cache'] }, { name: 'db' }], [{ name: 'cache' }])).toBe(
      undefined,
    );
  });

  it.each([
    [
      [{ name: 'db' }, { name: 'api', dependsOn: ['dv'] }],
      { index: 1, message: "'dv' is not the name of a service. Did you mean 'db'?" },
    ],
    [
      [{ name: 'db' }, { name: 'api', dependsOn: ['storage'] }],
      { index: 1, message: "'storage' is not the name of a service. Services: db, api." },
    ],
    [
      [{ dependsOn: ['db'] }],
      { index: 0, message: "'db' is not the name of a service. Give the name of another service." },
    ],
    [
      [{ name: 'db' }, { name: 'a', dependsOn: ['b'] }, { name: 'b', dependsOn: ['db', 'a'] }],
      { index: 1, message: 'a → b → a is a cycle that can never start. Remove one dependency.' },
    ],
  ])('%j', (services, problem) => {
    expect(findGraphProblem(services)).toEqual(problem);
  });

  it('finds a cycle that goes through services that exist, of one name, and without a name', () => {
    const present = [{ name: 'a', dependsOn: ['b'] }, { name: 'b' }, { dependsOn: ['a'] }];
    expect(findGraphProblem([{ name: 'b', dependsOn: ['a'] }], present)).toMatchObject({ index: 0 });
  });

  it('does not mind a service that exists, and whose dependency was removed', () => {
    expect(findGraphProblem([{ name: 'web', dependsOn: ['api'] }], [{ name: 'api', dependsOn: ['db'] }])).toBe(
      undefined,
    );
  });
});

describe('dependenciesFirst', () => {
  it('sorts each service after its dependencies, and keeps the order otherwise', () => {
    const services = [
      { name: 'web', dependsOn: ['api', 'auth'] },
      { name: 'api', dependsOn: { db: 'started' } },
      { dependsOn: ['db'] },
      { name: 'db' },
      { name: 'auth', dependsOn: ['db'] },
    ] as const;
    expect(dependenciesFirst(services)).toEqual([services[3], services[1], services[4], services[0], services[2]]);
  });
});
