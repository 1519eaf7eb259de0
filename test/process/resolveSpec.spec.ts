import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/index.js';
import { checked } from '../../src/model/spec/plan.js';
import { resolveSpec } from '../../src/process/resolveSpec.js';

describe('resolveSpec', () => {
  it('fills in the defaults', () => {
    expect(resolveSpec({ script: 'a.js' })).toEqual({
      [checked]: true,
      allowDetached: false,
      name: undefined,
      namespace: undefined,
      program: {
        script: 'a.js',
        command: undefined,
        args: [],
        execArgv: [],
        interpreter: undefined,
        cwd: process.cwd(),
        env: {},
        envFiles: [],
        extendEnv: true,
        umask: undefined,
        serialization: 'json',
      },
      restartAt: [100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000],
      giveUpOn: [],
      restart: { restartOk: 1_800_000, restartOn: 'crash', stopExitCodes: [], limit: undefined },
      stop: { grace: 200 },
      atEnd: { onExit: 'ignore', onFailure: 'ignore' },
      stopSignal: 'SIGTERM',
      ready: 'spawn',
      readyTimeout: 90_000,
      settle: undefined,
      logGrace: 200,
      maxLineLength: 65_536,
      output: true,
      liveness: undefined,
      triggers: {
        watch: { on: false, cwd: process.cwd(), paths: [process.cwd()], ignore: [], debounce: 200 },
        cron: undefined,
        maxRss: undefined,
      },
      log: undefined,
    });
  });

  it('gives a log the grace of its child to be complete, and one that is killed at once the default', () => {
    const graces = [undefined, 0, 1, 5_000].map((grace) => resolveSpec({ script: 'a.js', grace }).logGrace);
    expect(graces).toEqual([200, 200, 1, 5_000]);
  });

  it('resolves env files from the cwd of the child', () => {
    const { envFiles } = resolveSpec({
      script: 'a.js',
      cwd: 'x',
      envFile: ['.env', { file: '/b', required: false }],
    }).program;
    expect(envFiles).toEqual([
      { field: 'envFile[0]', path: resolve('x', '.env'), required: true },
      { field: 'envFile[1]', path: '/b', required: false },
    ]);
    expect(resolveSpec({ script: 'a.js', envFile: { file: 'a' } }).program.envFiles).toEqual([
      { field: 'envFile', path: resolve('a'), required: true },
    ]);
  });

  it('resolves cwd and log from the cwd of the manager', () => {
    const plan = resolveSpec({ script: 'a.js', cwd: 'x', log: { stdout: 'l/out', format: 'json' }, stripANSI: true });
    expect(plan.program).toMatchObject({ cwd: resolve('x'), script: 'a.js' });
    expect(plan.log).toMatchObject({
      files: [{ path: resolve('l/out'), stream: 'stdout' }],
      format: 'json',
      stripANSI: true,
    });
  });

  it('plans probes, and watches from the cwd of the child', () => {
    const plan = resolveSpec({
      ...{ script: 'a.js', cwd: 'app', watch: ['src'], cron: '@daily' },
      ...{ ready: { tcp: 80 }, liveness: { exec: ['true'] } },
    });
    expect(plan.ready).toEqual({ tcp: 80, every: 200, timeout: 1_000, failures: 3 });
    expect(plan.liveness).toEqual({ exec: ['true'], every: 10_000, timeout: 1_000, failures: 3 });
    expect(plan.triggers.watch).toMatchObject({ cwd: resolve('app'), paths: [resolve('app/src')] });
    expect(plan.triggers.cron).toEqual({ expression: '@daily', timezone: undefined });
  });

  it('gives a plan back as it is', () => {
    const plan = resolveSpec({ script: 'a.js' });
    expect(resolveSpec(plan)).toBe(plan);
  });

  it('is not affected by what happens to the environment of the spec later', () => {
    const env: Record<string, string> = { A: '1' };
    const plan = resolveSpec({ script: 'a.js', env });
    env.A = '2';
    expect(plan.program.env).toEqual({ A: '1' });
  });

  it.each([
    ['script', { script: 'a.exe' }, /^script: there is no default interpreter for the extension of 'a\.exe'\. Give/],
    [
      'execArgv',
      { script: 'a.py', execArgv: ['-x'] },
      /^execArgv: options for Node, but Node does not run 'a\.py'\. Use args/,
    ],
    [
      'ready',
      { script: 'a.py', ready: 'message' as const },
      /^ready: 'message' needs an IPC channel, but Node does not run 'a\.py'\. Use/,
    ],
    [
      'ready',
      { script: 'a.py', ready: 'listening' as const },
      /^ready: 'listening' needs an IPC channel, but Node does not run 'a\.py'\. Use/,
    ],
    ['cron', { script: 'a.js', cron: 'daily' }, /^cron: expression: 'daily' is not a cron expression\. Give one/],
    ['cron', { script: 'a.js', cron: { expression: '@daily', timezone: 'Mars' } }, /^cron: timezone: 'Mars' .* Give/],
  ])('refuses what cannot be run: %s', (field, spec, message) => {
    expect(() => resolveSpec(spec)).toThrow(SpecError);
    expect(() => resolveSpec(spec)).toThrow(message);
    expect(() => resolveSpec(spec)).toThrow(expect.objectContaining({ field, code: 'ERR_SPEC' }) as Error);
  });

  it.each([
    { execArgv: ['--import', 'tsx'] },
    { execArgv: ['-r', 'ts-node/register'] },
    { execArgv: ['--experimental-strip-types'] },
    { env: { NODE_OPTIONS: '--import tsx' } },
    { interpreter: 'tsx' },
  ])('takes TypeScript with %o', (loader) => {
    expect(resolveSpec({ script: 'a.ts', ...loader }).program.script).toBe('a.ts');
  });
});
