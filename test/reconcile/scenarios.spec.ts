import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/reconcile/action.js';
import { type Desired, type Limits, nothingDesired } from '../../src/reconcile/desired.js';
import { reconcile } from '../../src/reconcile/reconcile.js';
import {
  addService,
  deleteService,
  forgetRevisions,
  recycleInstances,
  replaceService,
  scaleService,
  specAt,
  startService,
  stopService,
} from '../../src/reconcile/requests.js';
import { createWorld, type Happening } from './world.js';

const limits: Limits = { maxUnavailable: 0, surge: 1, parallel: Infinity };
const plain = { instances: [0], exec: 'fork', dependsOn: {} } as const;
const ready = { condition: 'ready', restart: false } as const;

/** Services that run by what is desired, and what was done for them, in plain words: `start web 0 @2`. */
function running(desired: Desired<string> = nothingDesired) {
  const world = createWorld();
  const cluster = {
    desired,
    progressOf: (key: string) => world.observed().services.find((each) => each.key === key),
    slotOf: (key: string, instance = 0) =>
      world.observed().slots.find((each) => each.key === key && each.instance === instance),
    /** Asks for something, and gives what is done at once. */
    ask: (change: (desired: Desired<string>) => Desired<string>) => {
      cluster.desired = change(cluster.desired);
      return advance();
    },
    /** Something happens to the latest run of an instance; gives what is done at once. */
    happen: (key: string, instance: number, happening: Happening) => {
      const runs = world.observed().runs.filter((run) => run.key === key && run.instance === instance);
      const run = happening === 'gone' ? runs.find(({ state }) => state === 'stopping') : runs.at(-1);
      expect(world.happen(run!.run, happening, cluster.desired)).toBe(true);
      return advance();
    },
  };
  return cluster;

  function advance(): readonly string[] {
    const done: string[] = [];
    for (let actions = next(); actions.length > 0; actions = next())
      for (const action of actions) {
        world.perform(action, cluster.desired);
        done.push(inWords(action));
      }
    world.forget(cluster.desired);
    return done;
  }

  function next(): readonly Action[] {
    return reconcile(cluster.desired, world.observed(), limits);
  }
}

function inWords(action: Action): string {
  switch (action.type) {
    case 'start':
    case 'stop':
    case 'remove':
      return `${action.type} ${action.key} ${String(action.instance)} @${String(action.generation)}`;
    case 'block':
      return `block ${action.key} ${String(action.instance)} by ${action.by.join()}${action.never ? ' for ever' : ''}`;
    case 'unblock':
      return `unblock ${action.key} ${String(action.instance)}`;
    case 'abandon':
      return `abandon ${action.key} @${String(action.generation)}: ${action.reason}`;
    case 'settle':
    case 'done':
      return `${action.type} ${action.key} @${String(action.generation)}`;
  }
}

describe('a first start', () => {
  it('starts what depends on nothing, and the rest once that is ready', () => {
    const services = running();
    const both = (desired: Desired<string>) =>
      addService(addService(desired, 'db', 'v1', plain), 'api', 'v1', { ...plain, dependsOn: { db: ready } });
    expect(services.ask(both)).toEqual(['block api 0 by db', 'start db 0 @1']);
    expect(services.happen('db', 0, 'spawn')).toEqual([]);
    expect(services.happen('db', 0, 'ready')).toEqual(['start api 0 @2', 'settle db @1']);
    expect(services.happen('api', 0, 'ready')).toEqual(['settle api @2']);
  });

  it('waits over restarts of a dependency, and for ever for one that has failed, until that is started again', () => {
    const services = running(addService(nothingDesired, 'db', 'v1', plain));
    services.ask((desired) => addService(desired, 'api', 'v1', { ...plain, dependsOn: { db: ready } }));
    expect(services.happen('db', 0, 'crash')).toEqual([]);
    expect(services.happen('db', 0, 'retry')).toEqual([]);
    expect(services.happen('db', 0, 'fail')).toEqual(['block api 0 by db for ever', 'done api @2', 'done db @1']);
    expect(services.ask((desired) => startService(desired, 'db', [0]))).toEqual(['block api 0 by db', 'start db 0 @3']);
    expect(services.happen('db', 0, 'ready')).toEqual(['start api 0 @2', 'settle db @3']);
  });

  it('has a chain of services that wait for ever name the one before each', () => {
    const services = running(addService(nothingDesired, 'a', 'v1', plain));
    services.ask((desired) => addService(desired, 'b', 'v1', { ...plain, dependsOn: { a: ready } }));
    services.ask((desired) => addService(desired, 'c', 'v1', { ...plain, dependsOn: { b: ready } }));
    expect(services.happen('a', 0, 'fail')).toEqual([
      'done a @1',
      'block b 0 by a for ever',
      'done b @2',
      'block c 0 by b for ever',
      'done c @3',
    ]);
  });

  it('takes a migration of the old version for no migration of the new one', () => {
    const completed = { condition: 'completedSuccessfully', restart: false } as const;
    const services = running(addService(nothingDesired, 'migrate', 'v1', plain));
    services.ask((desired) => addService(desired, 'api', 'v1', { ...plain, dependsOn: { migrate: completed } }));
    expect(services.happen('migrate', 0, 'end')).toContain('start api 0 @2');
    services.happen('api', 0, 'ready');
    expect(
      services.ask((desired) =>
        replaceService(replaceService(desired, 'api', 'rolling', 'v2'), 'migrate', 'rolling', 'v2'),
      ),
    ).toEqual(['start migrate 0 @4']);
    expect(services.happen('migrate', 0, 'end')).toEqual(['stop api 0 @2', 'settle migrate @4']);
    expect(services.happen('api', 0, 'gone')).toEqual(['start api 0 @3']);
  });
});

describe('a rolling reload', () => {
  const two = { ...plain, instances: [0, 1], exec: 'cluster' } as const;
  const web = () => {
    const services = running(addService(nothingDesired, 'web', 'v1', two));
    services.ask((desired) => desired);
    services.happen('web', 0, 'ready');
    services.happen('web', 1, 'ready');
    return services;
  };

  it('replaces one instance after the other, each once the new run is ready', () => {
    const services = web();
    expect(services.ask((desired) => replaceService(desired, 'web', 'rolling', 'v2'))).toEqual(['start web 0 @2']);
    expect(services.happen('web', 0, 'ready')).toEqual(['stop web 0 @1']);
    expect(services.happen('web', 0, 'gone')).toEqual(['remove web 0 @1', 'start web 1 @2']);
    expect(services.happen('web', 1, 'ready')).toEqual(['stop web 1 @1']);
    expect(services.happen('web', 1, 'gone')).toEqual(['remove web 1 @1', 'settle web @2']);
    const settled = forgetRevisions(services.desired, services.progressOf('web')!);
    expect(settled.services.web!.revisions).toEqual([{ from: 2, spec: 'v2' }]);
  });

  it('ends with the first instance that fails: those replaced stay new, the others stay old', () => {
    const services = web();
    services.ask((desired) => replaceService(desired, 'web', 'rolling', 'v2'));
    services.happen('web', 0, 'ready');
    services.happen('web', 0, 'gone');
    expect(services.happen('web', 1, 'crash')).toEqual(['abandon web @2: failed', 'stop web 1 @2', 'remove web 1 @2']);
    const { services: all } = services.desired;
    const specOf = (instance: number, generation: number) =>
      specAt(all.web!, generation, services.progressOf('web'), services.slotOf('web', instance));
    expect(services.ask((desired) => recycleInstances(desired, 'web', [1]))).toEqual(['start web 1 @3']);
    expect([specOf(0, 3), specOf(1, 3)]).toEqual(['v2', 'v1']);
    expect(services.ask((desired) => replaceService(desired, 'web', 'rolling'))).toEqual(['stop web 1 @3']);
    expect(specAt(services.desired.services.web!, 4, services.progressOf('web'))).toBe('v2');
  });

  it('goes on with the instances that a scale adds meanwhile', () => {
    const services = web();
    services.ask((desired) => replaceService(desired, 'web', 'rolling', 'v2'));
    expect(services.ask((desired) => scaleService(desired, 'web', 3))).toEqual(['start web 2 @2']);
    expect(services.ask((desired) => scaleService(desired, 'web', 1))).toEqual(['stop web 1 @1', 'stop web 2 @2']);
  });

  it('asks for nothing while a service is stopped by hand, and goes on afterwards', () => {
    const services = web();
    services.ask((desired) => replaceService(desired, 'web', 'rolling', 'v2'));
    expect(services.ask((desired) => stopService(desired, 'web'))).toEqual([
      'stop web 0 @1',
      'stop web 0 @2',
      'stop web 1 @1',
    ]);
    services.happen('web', 0, 'gone');
    services.happen('web', 0, 'gone');
    services.happen('web', 1, 'gone');
    expect(services.ask((desired) => startService(desired, 'web', []))).toEqual(['start web 0 @2', 'start web 1 @2']);
  });
});

describe('a restart of a dependency', () => {
  it('restarts those that ask for it, once', () => {
    const services = running(addService(nothingDesired, 'db', 'v1', plain));
    services.ask((desired) =>
      addService(desired, 'api', 'v1', { ...plain, dependsOn: { db: { condition: 'ready', restart: true } } }),
    );
    services.happen('db', 0, 'ready');
    services.happen('api', 0, 'ready');
    expect(services.happen('db', 0, 'crash')).toEqual([]);
    services.happen('db', 0, 'retry');
    expect(services.happen('db', 0, 'ready')).toEqual(['stop api 0 @2']);
    expect(services.happen('api', 0, 'gone')).toEqual(['start api 0 @2']);
    expect(services.happen('api', 0, 'ready')).toEqual([]);
  });
});

describe('stopping all', () => {
  const chain = () => {
    const services = running(addService(nothingDesired, 'db', 'v1', plain));
    services.ask((desired) => addService(desired, 'api', 'v1', { ...plain, dependsOn: { db: ready } }));
    services.happen('db', 0, 'ready');
    services.happen('api', 0, 'ready');
    return services;
  };

  it('stops dependents first', () => {
    const services = chain();
    expect(services.ask((desired) => ({ ...desired, stopAll: true }))).toEqual(['stop api 0 @2']);
    expect(services.happen('api', 0, 'gone')).toEqual(['stop db 0 @1']);
  });

  it('stops a deleted service before what it was started to depend on', () => {
    const services = chain();
    services.ask((desired) => ({ ...deleteService(desired, 'api'), stopAll: true }));
    expect(services.happen('api', 0, 'gone')).toEqual(['stop db 0 @1', 'remove api 0 @2']);
  });

  it('does not wait for ever where an edge was turned round', () => {
    const services = chain();
    // By the config db depends on api now; the run of api was started to depend on db.
    const turned = services.ask((desired) =>
      replaceService(desired, 'db', 'rolling', 'v2', { dependsOn: { api: ready } }),
    );
    expect(turned).toEqual(['stop db 0 @1']);
    expect(services.ask((desired) => ({ ...deleteService(desired, 'api'), stopAll: true }))).toEqual([]);
    expect(services.happen('db', 0, 'gone')).toEqual(['stop api 0 @2']);
  });
});

describe('a key that was deleted and added again', () => {
  it('begins anew, also while an old run is on its way out', () => {
    const services = running(addService(nothingDesired, 'web', 'v1', plain));
    services.ask((desired) => desired);
    services.happen('web', 0, 'ready');
    expect(services.ask((desired) => deleteService(desired, 'web'))).toEqual(['stop web 0 @1']);
    expect(services.ask((desired) => addService(desired, 'web', 'v2', plain))).toEqual([]);
    expect(services.happen('web', 0, 'gone')).toEqual(['start web 0 @2']);
    expect(services.happen('web', 0, 'crash')).toEqual([]);
  });
});
