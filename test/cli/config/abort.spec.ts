import { describe, expect, it } from 'vitest';
import { CliError } from '../../../src/cli/cliError.js';
import { requireService, withAbort, withAborts } from '../../../src/cli/config/abort.js';
import { withMaxRestarts } from '../../../src/cli/config/loadServices.js';
import type { ChildSpec } from '../../../src/index.js';

const none = { abortOnExit: false, abortOnFailure: false };
const spec: ChildSpec = { script: 'a.js' };

describe('withAbort', () => {
  it.each<[string, ChildSpec, Partial<typeof none>, ChildSpec]>([
    ['without an option', spec, {}, spec],
    ['--abort-on-exit', spec, { abortOnExit: true }, { ...spec, restartAt: [], onExit: 'stopAll' }],
    ['--abort-on-failure', spec, { abortOnFailure: true }, { ...spec, restartAt: [], onFailure: 'stopAll' }],
    [
      'both, and the spec ignores its end',
      { ...spec, onExit: 'ignore' },
      { abortOnExit: true, abortOnFailure: true },
      { ...spec, restartAt: [], onExit: 'stopAll', onFailure: 'stopAll' },
    ],
  ])('%s', (_, given, options, expected) => {
    expect(withAbort(given, { ...none, ...options })).toEqual(expected);
  });

  it.each<ChildSpec>([{ restartAt: [100] }, { restartOn: 'exit' }, { limit: { max: 1, within: 1_000 } }])(
    'keeps the restarts of %j',
    (restarts) => {
      expect(withAbort({ ...spec, ...restarts }, { ...none, abortOnExit: true })).toEqual({
        ...spec,
        ...restarts,
        onExit: 'stopAll',
      });
    },
  );

  it('keeps the restarts of --max-restarts', () => {
    expect(withAbort(withMaxRestarts(spec, 3), { ...none, abortOnFailure: true })).not.toHaveProperty('restartAt');
  });
});

describe('withAborts', () => {
  const actionsOf = (dependsOn: ChildSpec['dependsOn'], options: object = {}, job: ChildSpec = {}) => {
    const specs = [
      { ...job, name: 'job' },
      { name: 'api', dependsOn },
    ];
    const aborting = withAborts(specs, {
      abortOnExit: true,
      abortOnFailure: false,
      exitCodeFrom: undefined,
      ...options,
    });
    return aborting.map(({ onExit, onFailure }) => [onExit, onFailure]);
  };
  const all = ['stopAll', undefined];

  it('the end that a dependent waits for does not stop all', () => {
    expect(actionsOf(['job'])).toEqual([all, all]);
    expect(actionsOf({ job: 'completed' })).toEqual([[undefined, undefined], all]);
    expect(actionsOf({ job: 'completedSuccessfully' })).toEqual([[undefined, 'stopAll'], all]);
    expect(actionsOf({ job: 'completed' }, { exitCodeFrom: 'job' })).toEqual([all, all]);
    expect(actionsOf({ job: 'completed' }, {}, { onExit: 'stopAll' })).toEqual([all, all]);
  });
});

describe('requireService', () => {
  const services: readonly ChildSpec[] = [{ name: 'tests' }, { name: 'db' }, { name: 'db' }, {}];

  it.each([undefined, 'db', 'tests'])('accepts %s', (name) => {
    expect(() => {
      requireService(name, services);
    }).not.toThrow();
  });

  it.each([
    ['test', services, "--exit-code-from test: no such service. Did you mean 'tests'?"],
    ['everything', services, '--exit-code-from everything: no such service. Services: tests, db.'],
    ['db', [{}], '--exit-code-from db: no such service. No service has a name.'],
  ])('refuses %s', (name, services, message) => {
    expect(() => {
      requireService(name, services);
    }).toThrow(new CliError(2, message));
  });
});
