import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { ChildSpec } from '../../src/model/childSpec.js';
import { parseSpec } from '../../src/model/parseSpec.js';

const schema = JSON.parse(readFileSync('config.schema.json', 'utf8')) as object;
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

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
  permanentOn: [2, 'ENOENT'],
  limit: { max: 3, within: 1_000 },
  grace: 100,
  stopSignal: 'SIGINT',
  ready: { line: 'up' },
  readyTimeout: 1_000,
  exec: 'cluster',
  liveness: { http: 'http://localhost:80/', every: 1_000, failures: 2 },
  watch: { paths: ['src'], ignore: ['dist'], debounce: 10 },
  cron: '0 4 * * *',
  maxRss: { bytes: 1_000, every: 1_000 },
  maxLineLength: 100,
  serialization: 'advanced',
  extendEnv: false,
  detachedOk: true,
};

describe('config.schema.json', () => {
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

  it('refuses what is no service', () => {
    for (const config of [[], {}, { service: [] }, [{ scrpt: 'a.js' }], [5]]) expect(validate(config)).toBe(false);
    expect(validate({ $schema: 'x', services: [{ script: 'a.js' }] })).toBe(true);
  });
});
