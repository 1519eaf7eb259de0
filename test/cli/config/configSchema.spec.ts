import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../packaging/configSchema.js';
import { commandDefaults } from '../../../src/model/spec/commandDefaults.js';
import { instancesKeywords, splitInstances } from '../../../src/model/spec/instance.js';
import { profilesKeywords, splitProfiles } from '../../../src/model/spec/profiles.js';
import { type ChildSpec, parseSpec } from '../../../src/index.js';
import { contradictions } from '../../../src/model/schema/parseSpec.js';
import { specSchema } from '../../../src/model/schema/specSchema.js';

const schema = JSON.parse(readFileSync('config.schema.json', 'utf8')) as {
  definitions: { service: { properties: Record<string, Node> & { log: { anyOf: [Node, Node] } } } };
};
const validate = new Ajv({ allowUnionTypes: true, strictTypes: false }).compile(schema);

/** One valid value for each field; the compiler sees to it that none is missing. */
const values: Required<{ [K in keyof ChildSpec]: unknown }> = {
  name: 'a',
  namespace: 'n',
  script: 'a.js',
  command: 'a',
  args: ['1'],
  execArgv: ['--inspect'],
  cwd: '.',
  env: { A: '1' },
  interpreter: 'node',
  log: { file: 'a.log', rotate: { size: 1_000, keep: 3, gzip: true }, fsync: 'end', onFull: 'drop' },
  stripANSI: true,
  output: false,
  restartAt: [0, 100],
  restartOk: 1_000,
  restartOn: 'exit',
  stopExitCodes: [0],
  giveUpOn: [2, 'ENOENT'],
  limit: { max: 3, within: 1_000 },
  onExit: 'stopAll',
  onFailure: 'ignore',
  grace: 100,
  stopSignal: 'SIGINT',
  ready: { line: 'up' },
  readyTimeout: 1_000,
  settle: 500,
  exec: 'cluster',
  liveness: { http: 'http://localhost:80/', every: 1_000, failures: 2 },
  watch: { paths: ['src'], ignore: ['dist'], debounce: 10 },
  cron: '0 4 * * *',
  maxRss: { bytes: 1_000, every: 1_000 },
  maxLineLength: 100,
  serialization: 'advanced',
  envFile: ['.env', { file: '.env.local', required: false }],
  dependsOn: { db: 'ready', job: { condition: 'completed', restart: true } },
  extendEnv: { PATH: '/bin' },
  saveEnv: false,
  umask: '0022',
  allowDetached: true,
};

const strings = fc.constantFrom('a', '', 'nul\0', '/run/a.sock', 'a:80', 'http://localhost/', 'message', 'line');
const atoms = fc.oneof(strings, fc.constantFrom(-1, 0, 1, 1.5, true, false, null, [], {}));

/** The keywords that the schema has, as far as values follow from them. */
interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Values about as a schema wants them: at its limits, one too far, one property too many, now and then something else. */
function near(node: Node): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: aimed(node) }, atoms);
}

function aimed({
  type,
  required = [],
  anyOf,
  items,
  properties,
  minimum,
  exclusiveMinimum,
  maximum,
  ...node
}: Node): fc.Arbitrary<unknown> {
  if (node.enum !== undefined) return fc.constantFrom(...node.enum, 'other');
  if (node.const !== undefined) return fc.constant(node.const);
  if (type === 'string') return strings;
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(near(items ?? {}), { maxLength: 2 });
  if (type === 'number' || type === 'integer') {
    const limits = [minimum, exclusiveMinimum, maximum].filter((limit) => limit !== undefined);
    return fc.constantFrom(...limits.flatMap((limit) => [limit - 1, limit, limit + 1, limit + 0.5, limit * 2]), 0, 3);
  }
  if (properties !== undefined) {
    const keys = [...Object.keys(properties), 'unknown'];
    // Few at a time: among many, one is always wrong.
    return fc
      .tuple(fc.subarray(keys, { maxLength: 2 }), fc.constantFrom(required, required, required, []))
      .chain(([some, all]) =>
        fc.record(Object.fromEntries([...some, ...all].map((key) => [key, near(properties[key] ?? {})]))),
      );
  }
  if (type === 'object') return fc.dictionary(fc.constantFrom('A', 'A=B', '', 'nul\0'), strings, { maxKeys: 2 });
  return anyOf === undefined ? atoms : fc.oneof(...anyOf.map(aimed));
}

const fields = Object.entries(schema.definitions.service.properties);
/** The more there is in a field, the more often. */
const someField = fc.oneof(
  ...fields.map(([field, node]) => ({
    weight: JSON.stringify(node).length,
    arbitrary: near(node).map((value) => ({ [field]: value })),
  })),
  { weight: 100, arbitrary: fc.constant({ unknown: 1 }) },
);
const program = fc.constantFrom({ script: 'a.js' }, { command: 'a' }, { cwd: '.' }, {});
const direct = { output: false, log: { file: 'a.log', direct: true } };
const logOption = near({ properties: schema.definitions.service.properties.log.anyOf[1].properties });

/** One field that may be wrong; two fields that may contradict each other; a log that the child writes itself. */
const services = fc.oneof(
  fc.tuple(program, someField).map(([base, field]) => ({ ...base, ...field })),
  fc.tuple(program, someField, someField).map(([base, one, other]) => ({ ...base, ...one, ...other })),
  fc.tuple(program, someField).map(([base, field]) => ({ ...base, ...direct, ...field })),
  fc.tuple(program, logOption).map(([base, option]) => ({
    ...base,
    ...direct,
    log: { ...direct.log, ...(typeof option === 'object' && option) },
  })),
);

function accepts(service: unknown): boolean {
  try {
    parseSpec(splitInstances(splitProfiles(service).service).service);
    return true;
  } catch {
    return false;
  }
}

const configFields = { instances: instancesKeywords, profiles: profilesKeywords };

describe('config.schema.json', () => {
  it('is generated: after a change of a schema, npm run schema', () => {
    expect(schema).toEqual(
      JSON.parse(JSON.stringify(configSchema(specSchema, contradictions, commandDefaults, configFields))),
    );
  });

  it('accepts what parseSpec and withoutInstances accept, and nothing else', () => {
    fc.assert(
      fc.property(services, (service) => {
        const accepted = accepts(service);
        expect([accepted, validate([service])]).toEqual([accepted, accepted]);
      }),
      { numRuns: 8_000 },
    );
  });

  it.each(Object.entries(values))('knows %s as parseSpec does', (field, value) => {
    const program = ['command', 'interpreter', 'execArgv'].includes(field) ? { script: 'a.js' } : { command: 'a' };
    const service = field === 'command' || field === 'script' ? { [field]: value } : { ...program, [field]: value };
    if (field !== 'execArgv' && field !== 'interpreter') parseSpec(service);
    expect([validate([service]), validate.errors]).toEqual([true, null]);
    expect(validate({ services: [{ ...service, [field]: Symbol.iterator }] })).toBe(false);
  });

  it('knows instances as loadServices does', () => {
    for (const instances of [1, 'max', -1]) expect(validate([{ script: 'a.js', instances }])).toBe(true);
    for (const instances of [0, 1.5, 'min']) expect(validate([{ script: 'a.js', instances }])).toBe(false);
  });

  it('knows profiles as loadServices does', () => {
    for (const profiles of [[], ['dev'], ['dev', 'ci']]) expect(validate([{ script: 'a.js', profiles }])).toBe(true);
    for (const profiles of ['dev', [''], [5]]) expect(validate([{ script: 'a.js', profiles }])).toBe(false);
  });

  it('refuses what is no service', () => {
    for (const config of [[], {}, { service: [] }, [{ scrpt: 'a.js' }], [5]]) expect(validate(config)).toBe(false);
    expect(validate({ $schema: 'x', services: [{ script: 'a.js' }] })).toBe(true);
  });
});
