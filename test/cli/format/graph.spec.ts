import { describe, expect, it } from 'vitest';
import { graphOf } from '../../../src/cli/format/graph.js';
import { toDot, toMermaid } from '../../../src/cli/format/graphLanguages.js';
import { graphTable } from '../../../src/cli/table/graphTable.js';
import { painter } from '../../../src/cli/format/paint.js';
import { expandInstances } from '../../../src/cli/config/loadServices.js';
import type { ChildSpec, Status } from '../../../src/index.js';

type DependsOn = ChildSpec['dependsOn'];

const service = (name: string | undefined, dependsOn?: DependsOn, instances?: number): readonly ChildSpec[] =>
  expandInstances({ command: 'a', ...(name !== undefined && { name }), ...(dependsOn && { dependsOn }) }, instances);

const io = { columns: Infinity, unicode: true, view: { live: false, paint: painter(false) } };

const children = (states: Readonly<Record<string, readonly Status['state'][]>>) =>
  Object.entries(states).flatMap(([name, each]) => each.map((state) => ({ name, state })));

const chain = [service('api', { migrate: 'completedSuccessfully' }), service('migrate', ['db']), service('db')].flat();
const diamond = [
  service('db'),
  service('api', ['db']),
  service('auth', { db: { restart: true } }),
  service('web', ['api', 'auth'], 2),
].flat();

describe('the drawing', () => {
  it.each<[string, readonly ChildSpec[], string]>([
    [
      'a chain',
      chain,
      `
SERVICE └─ NEEDS  MUST BE
api
└─ migrate        completedSuccessfully
   └─ db          ready
`,
    ],
    [
      'a diamond, with instances',
      diamond,
      `
SERVICE └─ NEEDS  MUST BE
web ×2
├─ api            ready
│  └─ db          ready
└─ auth           ready
   └─ db          ready, restart
`,
    ],
    [
      'two separate graphs, and a service without dependencies',
      [chain, service('cron'), service('mail', { queue: 'started' }, 3), service('queue')].flat(),
      `
SERVICE └─ NEEDS  MUST BE
api
└─ migrate        completedSuccessfully
   └─ db          ready
cron
mail ×3
└─ queue          started
`,
    ],
    [
      'dependencies of a service that is needed twice',
      [service('a', ['c']), service('b', ['c']), service('c', ['d', 'e']), service('d'), service('e')].flat(),
      `
SERVICE └─ NEEDS  MUST BE
a
└─ c              ready
   ├─ d           ready
   └─ e           ready
b
└─ c (above)      ready
`,
    ],
    [
      'services without names, by their programs, and services of one name as one',
      [service('a'), service(undefined, ['a'], 2), service('a'), service(undefined)].flat(),
      `
SERVICE └─ NEEDS  MUST BE
(a) ×2
└─ a ×2           ready
(a)
`,
    ],
    ['no dependencies', service('a\u001B[2J'), '\nSERVICE\na\\u001b[2J\n'],
  ])('%s', (_, specs, text) => {
    expect(`\n${graphTable(graphOf(specs, []), io)}`).toBe(text);
  });

  it('states, in colours', () => {
    const services = graphOf(diamond, children({ web: ['online', 'failed'], api: ['online'], db: ['backingOff'] }));
    expect(`\n${graphTable(services, io)}`).toBe(`
SERVICE └─ NEEDS  STATE               MUST BE
web ×2            1 online, 1 failed
├─ api            online              ready
│  └─ db          backing off         ready
└─ auth           -                   ready
   └─ db          backing off         ready, restart
`);
    const [, web] = graphTable(services, { ...io, view: { live: true, paint: painter(true) } }).split('\n');
    expect(web).toContain('\u001B[31m1 online, 1 failed');
  });

  it('the number of children, if it is not that of the config', () => {
    const services = graphOf(service('web', undefined, 2), children({ web: ['online', 'online', 'online'] }));
    expect(graphTable(services, io)).toBe('SERVICE  STATE\nweb ×2   3 online\n');
  });

  it('in 40 columns, cuts the conditions, then the names, never the states', () => {
    const narrow = { ...io, columns: 40 };
    expect(`\n${graphTable(graphOf(chain, children({ api: ['waiting'], db: ['online'] })), narrow)}`).toBe(`
SERVICE └─ NEEDS  STATE    MUST BE
api               waiting
└─ migrate        -        completedSu…
   └─ db          online   ready
`);
    const long = 'the-service-with-the-longest-name-of-all';
    const services = graphOf(
      [service(long, ['db']), service('db')].flat(),
      children({ db: ['online'], [long]: ['failed'] }),
    );
    expect(`\n${graphTable(services, narrow)}`).toBe(`
SERVICE └─ NEEDS                 STATE
the-service-with-the-longest-n…  failed
└─ db                            online
`);
  });

  it('in ASCII', () => {
    expect(`\n${graphTable(graphOf(diamond, []), { ...io, unicode: false })}`).toBe(`
SERVICE \`- NEEDS  MUST BE
web x2
|- api            ready
|  \`- db          ready
\`- auth           ready
   \`- db          ready, restart
`);
  });
});

const odd = [
  service('a "b" \\ <i>&amp;\n', ['1. #x; `y`']),
  service('1. #x; `y`'),
  service('style:-_z_ déjà/v1.2'),
].flat();

describe('Mermaid', () => {
  it('has a node for each service, and an arrow to each dependency', () => {
    expect(toMermaid(graphOf(diamond, children({ db: ['online'], web: ['online', 'backingOff'] })))).toBe(`flowchart TD
  s0["db<br/>online"]
  s1["api"]
  s2["auth"]
  s3["web ×2<br/>1 online, 1 backingOff"]
  s1 -->|"ready"| s0
  s2 -->|"ready, restart"| s0
  s3 -->|"ready"| s1
  s3 -->|"ready"| s2
`);
  });

  it('escapes names', () => {
    expect(toMermaid(graphOf(odd, []))).toBe(`flowchart TD
  s0["a #34;b#34; #92; #60;i#62;#38;amp#59;#92;u000a"]
  s1["1#46; #35;x#59; #96;y#96;"]
  s2["style#58;#45;#95;z#95; déjà/v1.2"]
  s0 -->|"ready"| s1
`);
  });
});

describe('DOT', () => {
  it('has a node for each service, and an arrow to each dependency', () => {
    expect(toDot(graphOf(chain, children({ db: ['online'] })))).toBe(`digraph services {
  node [shape=box];
  s0 [label="api"];
  s1 [label="migrate"];
  s2 [label="db\\nonline"];
  s0 -> s1 [label="completedSuccessfully"];
  s1 -> s2 [label="ready"];
}
`);
  });

  it('escapes names', () => {
    expect(toDot(graphOf(odd, []))).toBe(`digraph services {
  node [shape=box];
  s0 [label="a \\"b\\" \\\\ <i>&amp;amp;\\\\u000a"];
  s1 [label="1. #x; \`y\`"];
  s2 [label="style:-_z_ déjà/v1.2"];
  s0 -> s1 [label="ready"];
}
`);
  });
});
