import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChildSpec, exponential, parseSpec, RxvisorError, SpecError } from '../../../src/index.js';
import { MAX_DELAY } from '../../../src/model/checks.js';
import { show } from '../../../src/model/show.js';

const base = { script: 'app.js' };

/** The error that a spec is refused with. */
function refusal(spec: unknown): SpecError {
  try {
    parseSpec(spec);
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error(`accepted: ${show(spec)}`);
}

const delays = [-1, -0.001, MAX_DELAY + 1, Infinity, -Infinity, NaN, '100', null, true, [], {}, 1n];
const strings = ['', 'a\0b', 1, null, true, [], {}, Symbol('s')];
const words = ['a b', [1], ['a', null], [undefined], ['a', 'b\0'], [['a']], {}, null, 5];
const switches = ['true', 1, 0, null, 'yes', [], {}];

/** What each field may not be, and what may be given in its place. */
const wrong: Record<keyof ChildSpec, readonly [remedy: RegExp, values: readonly unknown[]]> = {
  name: [/Give a non-empty string, or leave it out\.|Remove it: no program/, strings],
  namespace: [/Give a non-empty string, or leave it out\.|Remove it: no program/, strings],
  script: [/Give a non-empty string\.|Remove it: no program/, strings],
  command: [/Give the name or path of an executable\.|Remove it: no program/, strings],
  args: [/Give a string\.|Give an array of strings\.|Remove it: no program/, words],
  execArgv: [/Give a string\.|Give an array of strings\.|Remove it: no program/, words],
  cwd: [/Give a non-empty string\.|Remove it: no program/, strings],
  env: [
    /Give an object of strings: \{ PORT: '8080' \}\. undefined removes a variable\./,
    [
      { A: 1 },
      { A: null },
      { A: {} },
      { '': 'x' },
      { 'A=B': 'x' },
      { 'A\0': 'x' },
      { A: 'x\0' },
      [],
      ['A=1'],
      null,
      'A=1',
      5,
      new Map([['A', '1']]),
      new Date(0),
    ],
  ],
  envFile: [
    /Give a path, \{ file, required: false \} or a list of them\.|Give a non-empty string\.|Give true or false\.|Remove it: no program|Did you mean|Known fields: file, required/,
    [
      ...['', 'a\0b', 1, null, true, {}, Symbol('s'), new Map()],
      ...['', 5, null, ['a']].map((file) => ({ file })),
      ...['false', 0, null].map((required) => ({ file: 'a', required })),
      ...['', 5, null, ['a'], {}, { file: '' }, { file: 'a', required: 0 }, { file: 'a', path: 'b' }].map((entry) => [
        'a',
        entry,
      ]),
      ...[{ path: 'a' }, { file: 'a', require: true }],
    ],
  ],
  interpreter: [/Give the name or path of an executable\.|Remove it: no program/, strings],
  log: [
    /Give a path, \{ file \} or \{ stdout, stderr \}|Give 'plain', 'prefixed', 'json' or a function\.|Give bytes: a whole number|Give \{ size \} in bytes, \{ interval \} in ms, or both|Give a size in bytes, an interval in ms, or both|Give milliseconds|Give a whole number, 0 or more|Give true or false|Give 'never', 'end' or milliseconds|Give one of: 'block', 'drop'|Set output: false|Remove one of them|Give a non-empty string\.|Remove it: no program|Did you mean 'f(ile|ormat)'\?|Known fields: file/,
    [
      5,
      null,
      true,
      [],
      ['a.log'],
      { file: 'a', rotate: 5 },
      { file: 'a', rotate: {} },
      { file: 'a', rotate: { keep: 5 } },
      { file: 'a', rotate: { size: 0 } },
      { file: 'a', rotate: { size: 1.5 } },
      { file: 'a', rotate: { interval: 0 } },
      { file: 'a', rotate: { size: 9, keep: -1 } },
      { file: 'a', rotate: { size: 9, keepSize: '5M' } },
      { file: 'a', rotate: { size: 9, gzip: 'yes' } },
      { file: 'a', fsync: 'always' },
      { file: 'a', fsync: -1 },
      { file: 'a', onFull: 'wait' },
      { file: 'a', direct: 1 },
      { file: 'a', direct: true },
      '',
      'a\0',
      { file: 5 },
      { file: '' },
      { file: 'a', stdout: 'b' },
      { file: 'a', format: 'xml' },
      { stderr: 1 },
      { fil: 'a' },
      { file: 'a', fromat: 'json' },
      { file: 'a', toString: 1 },
    ],
  ],
  stripANSI: [/Give true or false\./, switches],
  output: [/Give true or false\./, switches],
  restartAt: [
    /Give milliseconds: a finite number from 0 to 2147483647\.|Give an array of milliseconds; \[\] for never\./,
    [...delays.map((delay) => [100, delay]), 100, '100', null, { 0: 100 }, true],
  ],
  restartOk: [/Give milliseconds: a finite number from 0 to 2147483647\./, delays],
  onExit: [/Give one of: 'ignore', 'stopAll'\./, ['stopall', '', 1, null, true, [], {}]],
  onFailure: [/Give one of: 'ignore', 'stopAll'\./, ['restart', '', 1, null, true, [], {}]],
  restartOn: [/Give one of: 'crash', 'exit'\./, ['never', 'Crash', '', null, 1, ['crash'], true]],
  stopExitCodes: [
    /Give a whole number from 0 to 255\.|Give an array of whole numbers\./,
    [[-1], [256], [1.5], ['1'], [null], [NaN], [0, 1, Infinity], 0, '0', null, {}],
  ],
  giveUpOn: [
    /Give a whole number from 0 to 255\.|Give a name such as 'SIGSEGV' or 'ENOENT'\.|Give an array\./,
    [[-1], [256], [1.5], [''], [null], [NaN], [0, 'ENOENT', {}], 78, 'ENOENT', null, {}],
  ],
  limit: [
    /Give a whole number, 1 or more\.|Give milliseconds: a finite number above 0\.|Give \{ max, within \}|Did you mean 'max'\?|Known fields: max, within\./,
    [
      ...[0, -1, 1.5, NaN, Infinity, '5', null].map((max) => ({ max, within: 1 })),
      ...[0, -1, NaN, Infinity, '5', null].map((within) => ({ max: 1, within })),
      ...[{}, { max: 1 }, { within: 1 }, { max: 1, within: 1, amx: 1 }, { max: 1, within: 1, constructor: 1 }],
      ...[null, 5, '5 per hour', [], [1, 2], true],
    ],
  ],
  grace: [/Give milliseconds: a finite number from 0 to 2147483647\./, delays],
  stopSignal: [
    /Give one of: 'SIGABRT', .*'SIGXFSZ'\./,
    ['SIGSTOP', 'TERM', 'sigterm', 'SIGFOO', '', 15, null, ['SIGTERM']],
  ],
  ready: [
    /Give 'spawn', 'message', 'listening', \{ line: \/pattern\/ \} or a probe|Give \/pattern\/ or a string\.|Give one of \{ http|Give one such as|Give a port|Give a program|Give a non-empty string|Give milliseconds|Did you mean 'line'\?|Known fields: line, http, tcp, exec, every, timeout\./,
    [
      ...['', 'up', null, true, 5, /up/, [], {}, { line: '' }, { line: 5 }, { lime: /a/ }, { line: /a/, port: 80 }],
      ...[{ every: 5 }, { http: 'http://a', tcp: 80 }, { http: 'ftp://a' }, { http: 80 }, { http: undefined }],
      ...[
        { tcp: 80, every: 0 },
        { tcp: 80, timeout: -1 },
        { tcp: 80, failures: 3 },
        { line: /a/, every: 5 },
      ],
    ],
  ],
  readyTimeout: [/Give milliseconds: a number above 0, up to 2147483647\./, [0, ...delays]],
  settle: [/Give milliseconds: a finite number from 0 to 2147483647\./, delays],
  exec: [/'fork' or 'cluster'|'fork', 'cluster'/, ['thread', '', 1, null, true, [], {}]],
  liveness: [
    /Give one of \{ http|Give one such as 'http:|Give a port from 1 to 65535|Give a program and its arguments|Give a non-empty string\.|Give a whole number, 1 or more\.|Give milliseconds: a number above 0|Did you mean|Known fields: http/,
    [
      ...[
        null,
        true,
        5,
        '',
        'http://localhost',
        [],
        {},
        { every: 5 },
        { http: 'http://a', exec: ['a'] },
        { line: /a/ },
      ],
      ...['', 'localhost:80', 'ftp://a', 5, null, ['http://a']].map((http) => ({ http })),
      ...[0, -1, 80.5, 65_536, NaN, '80', 'localhost', 'a:0', 'a:65536', 'a/b:80', './a', '/a\0', null].map((tcp) => ({
        tcp,
      })),
      ...[`/${'a'.repeat(107)}`, { port: 80 }].map((tcp) => ({ tcp })),
      ...[[], 'pg_isready', [''], [5], ['a', null], null].map((exec) => ({ exec })),
      ...[0, -1, 1.5, '3', NaN, Infinity, null].map((failures) => ({ tcp: 80, failures })),
      ...[0, ...delays].map((every) => ({ tcp: 80, every })),
      ...[0, ...delays].map((timeout) => ({ tcp: 80, timeout })),
    ],
  ],
  watch: [
    /Give true or false, an array of paths, or \{ paths|Give a non-empty string\.|Remove it: no program|Give at least one|Give an array of strings\.|Give a string such as 'dist'|Give milliseconds|Did you mean|Known fields: paths/,
    [
      ...['src', null, 5, [], [''], [5], ['a\0'], new Map()],
      ...['src', [], [''], [null]].map((paths) => ({ paths })),
      ...['dist', [''], [/a/], null].map((ignore) => ({ ignore })),
      ...delays.map((debounce) => ({ debounce })),
      ...[{ path: ['a'] }, { folders: ['a'] }],
    ],
  ],
  cron: [
    /Give one such as '0 4 \* \* \*'|Give a name such as 'Europe\/Berlin'|Remove it: no program|Did you mean|Known fields: expression/,
    [
      ...[
        '',
        null,
        5,
        true,
        [],
        ['0 4 * * *'],
        {},
        { expression: '' },
        { expression: 5 },
        { timezone: 'Europe/Berlin' },
      ],
      ...['', 5, null].map((timezone) => ({ expression: '0 4 * * *', timezone })),
      ...[{ expresion: '0 4 * * *' }, { expression: '0 4 * * *', at: 5 }],
    ],
  ],
  maxRss: [
    /Give bytes: a whole number, 1 or more\.|Give milliseconds: a number above 0|Did you mean|Known fields: bytes/,
    [
      ...[0, -1, 1.5, NaN, Infinity, '200M', null, true, [], {}],
      ...[0, '5'].map((bytes) => ({ bytes })),
      ...[0, ...delays].map((every) => ({ bytes: 5, every })),
      ...[{ byts: 5 }, { every: 5 }],
    ],
  ],
  maxLineLength: [
    /Give a whole number of characters from 2 to 268435456\./,
    [0, 1, -5, 2.5, NaN, Infinity, 2 ** 28 + 1, '80', null, [], {}],
  ],
  serialization: [/Give one of: 'json', 'advanced'\./, ['JSON', '', 'xml', null, 1, true]],
  dependsOn: [
    /Give names: \['db'\], or a condition for each: \{ db: 'ready' \}\.|Give the name of another service: \['db'\]\.|Give 'started', 'ready', 'completed' or 'completedSuccessfully'\.|Give true or false\.|Give a list of names, or rename the service\./,
    [
      'db',
      [''],
      [1],
      { db: 'up' },
      { db: { condition: 'up' } },
      { db: { restart: 1 } },
      { db: { when: 'ready' } },
      { db: null },
      1,
      null,
      { constructor: 'ready' },
    ],
  ],
  extendEnv: [
    /Give true or false, or an object of strings: \{ PATH: '\/bin' \}\./,
    ['true', 1, 0, null, 'yes', [], { A: 1 }, { A: undefined }, { '': 'x' }, { 'A=B': 'x' }, { A: 'x\0' }, new Map()],
  ],
  saveEnv: [/Give true or false\./, switches],
  umask: [
    /Give one to three octal digits as a string: '027'\./,
    ['', '8', '0o22', '12345', '1777', ' 22', '22\n', 18, 0, null, true, []],
  ],
  allowDetached: [/Give true or false\./, switches],
};

const fields = Object.keys(wrong) as (keyof ChildSpec)[];
const cases = fields.flatMap((field) =>
  wrong[field][1].map((value): [string, string, unknown] => [field, show(value), value]),
);

describe('parseSpec', () => {
  it.each(cases)('%s: %s is refused, by field, value and remedy', (field, _shown, value) => {
    const error = refusal({ ...base, [field]: value });
    expect(error).toBeInstanceOf(RxvisorError);
    expect(error).toMatchObject({ name: 'SpecError', code: 'ERR_SPEC' });
    expect(error.field === field || error.field.startsWith(`${field}.`) || error.field.startsWith(`${field}[`)).toBe(
      true,
    );
    expect(error.message).toMatch(wrong[field as keyof ChildSpec][0]);
    const culprit: unknown = error.field
      .split(/[.[\]]/)
      .filter((part) => part !== '')
      .slice(1)
      .reduce((value: unknown, key) => Reflect.get(value as object, key) as unknown, value);
    expect(error.message.startsWith(`${error.field}: `)).toBe(true);
    expect(error.message).toContain(show(culprit));
  });

  it('names the place within a field', () => {
    expect(refusal({ ...base, restartAt: [100, -5] }).message).toBe(
      'restartAt[1]: -5 is not a delay. Give milliseconds: a finite number from 0 to 2147483647.',
    );
    expect(refusal({ ...base, limit: { max: 0, within: 5 } }).message).toBe(
      'limit.max: 0 is not a number of restarts. Give a whole number, 1 or more.',
    );
    expect(refusal({ ...base, limit: { max: 2 } }).field).toBe('limit.within');
    expect(refusal({ ...base, args: ['a', 5] }).message).toBe('args[1]: 5 is not an argument. Give a string.');
  });

  it.each([[null], [undefined], [[]], ['app.js'], [5], [() => base], [Symbol('s')], [true]])(
    '%s is no spec',
    (value) => {
      expect(refusal(value)).toMatchObject({
        field: 'spec',
        message: `spec: ${show(value)} is not a spec. Give an object such as { script: 'app.js' }.`,
      });
    },
  );

  it('whatever is given for a field, it is taken as it is or refused by its name', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    const near = fc.oneof(
      anything,
      fc.array(anything, { maxLength: 3 }),
      fc.record({ max: anything, within: anything }, { requiredKeys: [] }),
      fc.record({ file: anything, stdout: anything, format: anything }, { requiredKeys: [] }),
      fc.record({ line: anything }),
      fc.record(
        { http: anything, tcp: anything, exec: anything, every: anything, failures: anything },
        { requiredKeys: [] },
      ),
      fc.record({ paths: anything, ignore: anything, debounce: anything }, { requiredKeys: [] }),
      fc.record({ expression: anything, timezone: anything, bytes: anything }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), near, (field, value) => {
        const spec = field === 'command' ? { command: value } : { ...base, [field]: value };
        let parsed: ChildSpec;
        try {
          parsed = parseSpec(spec);
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          const { field: named, message } = error as SpecError;
          expect([field, 'script']).toContain(/^\w+/.exec(named)?.[0]);
          expect(message).toMatch(/\. (Give|Take|Known)|\? *$|missing/s);
          return;
        }
        expect(parsed[field]).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('an unknown field', () => {
  it.each([
    ['stripAnsi', 'stripANSI'],
    ['restart', 'restartAt'],
    ['restartat', 'restartAt'],
    ['arg', 'args'],
    ['scirpt', 'script'],
    ['CWD', 'cwd'],
    ['maxLineLenght', 'maxLineLength'],
    ['graces', 'grace'],
  ])('%s: did you mean %s?', (key, guess) => {
    expect(refusal({ ...base, [key]: 5 })).toMatchObject({
      field: key,
      message: `${key}: unknown field, with value 5. Did you mean '${guess}'?`,
    });
  });

  it('that is like none: the known ones', () => {
    const { message } = refusal({ ...base, autorestartDelayMultiplier: true });
    expect(message).toMatch(
      /^autorestartDelayMultiplier: unknown field, with value true\. Known fields: name, .*, allowDetached\.$/,
    );
    for (const field of fields) expect(message).toContain(field);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    '%s is one like any other, at every level',
    (key) => {
      const own = JSON.parse(`{ "${key}": { "script": "evil.js" } }`) as object;
      expect(Object.hasOwn(own, key)).toBe(true);
      const within = (rest: object): object =>
        Object.defineProperties(
          {},
          { ...Object.getOwnPropertyDescriptors(rest), ...Object.getOwnPropertyDescriptors(own) },
        );
      expect(refusal(within(base)).message).toMatch(`${key}: unknown field, with value {"script":"evil.js"}.`);
      expect(refusal({ ...base, limit: within({ max: 1, within: 1 }) }).field).toBe(`limit.${key}`);
      expect(refusal({ ...base, log: within({ file: 'a' }) }).field).toBe(`log.${key}`);
      expect(refusal({ ...base, ready: within({ line: 'a' }) }).field).toBe(`ready.${key}`);
      expect(Reflect.get({}, 'script')).toBeUndefined();
    },
  );

  it('within a field is named with it', () => {
    expect(refusal({ ...base, limit: { max: 1, witin: 5 } }).message).toBe(
      "limit.witin: unknown field, with value 5. Did you mean 'within'?",
    );
    expect(refusal({ ...base, log: { fiel: 'a' } }).message).toBe(
      "log.fiel: unknown field, with value 'a'. Did you mean 'file'?",
    );
    expect(refusal({ ...base, ready: { regex: /a/ } }).message).toBe(
      'ready.regex: unknown field, with value /a/. Known fields: line, http, tcp, exec, every, timeout.',
    );
  });

  it('is named before a known one with a wrong value', () => {
    expect(refusal({ grace: -1, scirpt: 'app.js' }).field).toBe('scirpt');
  });

  it('in the environment is a variable', () => {
    const env = JSON.parse('{ "__proto__": "a", "constructor": "b" }') as Record<string, string>;
    expect(Object.entries(parseSpec({ ...base, env }).env!)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('what is wrong only in company', () => {
  it.each([
    [
      'command',
      { script: 'a.js', command: 'b' },
      "command: 'b' does not work with script 'a.js'. Give only one of them.",
    ],
    ['script', {}, 'script: missing. Give a script, a command, or a cwd whose package.json has a main.'],
    [
      'script',
      { script: undefined, name: 'a' },
      'script: missing. Give a script, a command, or a cwd whose package.json has a main.',
    ],
    [
      'interpreter',
      { command: 'a', interpreter: 'ruby' },
      "interpreter: 'ruby' does not work with command. Give the file that it should run as script.",
    ],
    [
      'execArgv',
      { command: 'a', execArgv: ['--inspect'] },
      'execArgv: ["--inspect"] does not work with command: only Node has execArgv. Use args.',
    ],
    [
      'ready',
      { command: 'a', ready: 'message' },
      "ready: 'message' does not work with command, which has no IPC. Use { line: /pattern/ } or { tcp }.",
    ],
    [
      'ready',
      { command: 'a', ready: 'listening' },
      "ready: 'listening' does not work with command, which has no IPC. Use { line: /pattern/ } or { tcp }.",
    ],
  ])('%s of %j', (field, spec, message) => {
    expect(refusal(spec)).toMatchObject({ field, message });
  });

  it.each([
    { script: 'a.rb', interpreter: 'ruby', ready: { line: 'up' } },
    { script: 'a.js', execArgv: ['--inspect'], ready: 'message' },
    { command: 'a', ready: 'spawn' },
    { command: 'a', ready: { line: /up/ }, cwd: '.' },
    { cwd: 'services/api' },
  ])('%j is right', (spec) => {
    expect(parseSpec(spec)).toEqual(spec);
  });
});

describe('a valid spec', () => {
  const format = (line: string): string => line;
  const full: Required<Omit<ChildSpec, 'command'>> = {
    name: 'api',
    namespace: 'web',
    script: 'server.js',
    args: ['--port', '80', ''],
    execArgv: [],
    cwd: '.',
    env: { A: '1', B: undefined, C: '' },
    interpreter: 'node',
    log: { stdout: 'a', stderr: 'b', format },
    stripANSI: true,
    output: false,
    restartAt: [0, 0.5, MAX_DELAY],
    restartOk: 0,
    restartOn: 'exit',
    stopExitCodes: [0, 255],
    giveUpOn: [78, 'ENOENT', 'SIGSEGV'],
    limit: { max: 1, within: Number.MIN_VALUE },
    onExit: 'stopAll',
    onFailure: 'ignore',
    grace: MAX_DELAY,
    stopSignal: 'SIGINT',
    ready: { line: /up/ },
    readyTimeout: 0.5,
    settle: 0,
    exec: 'cluster',
    liveness: { http: 'https://localhost/health', every: 5, timeout: 1, failures: 1 },
    watch: { paths: ['src'], ignore: ['*.tmp'], debounce: 0 },
    cron: { expression: '0 4 * * *', timezone: 'Europe/Berlin' },
    maxRss: { bytes: 1, every: 5 },
    maxLineLength: 2,
    serialization: 'advanced',
    envFile: ['.env', { file: '.env.local', required: false }, { file: 'a' }],
    dependsOn: { db: 'ready', job: { condition: 'completed', restart: true }, c: {} },
    extendEnv: { PATH: '/bin' },
    saveEnv: false,
    umask: '027',
    allowDetached: true,
  };

  it('comes back as it was, with every field, in a copy', () => {
    const before = structuredClone({ ...full, log: undefined });
    const parsed = parseSpec(full);
    expect(parsed).toEqual(full);
    expect(parsed).not.toBe(full);
    expect({ ...full, log: undefined }).toEqual(before);
    expect(Object.keys(full).length + 1).toBe(fields.length);
  });

  it.each(fields)('may leave %s undefined', (field) => {
    const spec = field === 'script' ? { cwd: '.', script: undefined } : { ...base, [field]: undefined };
    expect(parseSpec(spec)[field]).toBeUndefined();
  });

  it.each<ChildSpec>([
    { ...base, log: 'a.log' },
    { ...base, log: { file: 'a.log' } },
    { ...base, log: { file: 'a.log', format: 'json' } },
    { ...base, log: { stdout: 'a.log' } },
    { ...base, log: { file: 'a.log', rotate: { size: 1_000, interval: 60_000, keep: 0, keepSize: 9, gzip: true } } },
    { ...base, log: { file: 'a.log', fsync: 'end', onFull: 'drop' } },
    { ...base, log: { stderr: 'a.log', fsync: 0, onFull: 'block', direct: false } },
    { ...base, output: false, log: { file: 'a.log', direct: true, format: 'plain' } },
    { ...base, log: { stderr: 'a.log', format: 'prefixed' } },
    { ...base, ready: 'message' },
    { ...base, ready: { line: 'up' } },
    { ...base, ready: 'listening' },
    { ...base, ready: { tcp: 8_080, every: 50, timeout: 10 } },
    { ...base, ready: { exec: ['pg_isready', ''.padEnd(2)] } },
    { ...base, liveness: { tcp: 'localhost:80' } },
    { ...base, liveness: { tcp: '[::1]:65535' } },
    { ...base, liveness: { tcp: '/run/app.sock' } },
    { ...base, watch: true },
    { ...base, watch: ['src', 'lib'] },
    { ...base, watch: {} },
    { ...base, cron: '@daily' },
    { ...base, maxRss: 200_000_000 },
    { ...base, restartAt: [] },
    { ...base, restartAt: exponential() },
    { ...base, env: {} },
    { ...base, maxLineLength: 2 ** 28 },
  ])('%j', (spec) => {
    expect(parseSpec(spec)).toEqual(spec);
  });

  it('may take its environment from the process, or be made without a prototype', () => {
    expect(parseSpec({ ...base, env: process.env }).env).toEqual(process.env);
    expect(parseSpec(Object.assign(Object.create(null) as object, base))).toEqual(base);
  });
});
