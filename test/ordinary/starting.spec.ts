// Programs that crash at once, hang or take long: an exit code of 0 means that they run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChildSpec, supervise } from 'rxvisor';
import { expectNothingLeft } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { type Commands, commands } from '../real/commands.js';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
  await expectNothingLeft();
});

interface User extends Commands {
  /** Writes the program that the service `app` runs. */
  readonly program: (text: string) => void;
  readonly config: (more?: Partial<ChildSpec>, others?: readonly ChildSpec[]) => string;
}

/** A service that is not restarted after a crash. */
function user(text: string): User {
  const made = commands();
  ends.push(made.end);
  const script = join(made.home, 'app.sh');
  const path = join(made.home, 'x.config.json');
  const program = (text: string): void => {
    writeFileSync(script, text);
  };
  program(text);
  return {
    ...made,
    program,
    config: (more = {}, others = []) => {
      writeFileSync(path, JSON.stringify([{ name: 'app', script, restartAt: [], ...more }, ...others]));
      return path;
    },
  };
}

const lasting = 'exec sleep 60';
const dying = 'sleep 0.3; echo no luck >&2; exit 3';
const notUp = 'app: it did not come up. The last run ended: exit code 3.';
const notStarted = `${notUp}\nTo see why, run: rxvisor logs app\n`;

describe('start', () => {
  it.each<[what: string, program: string, spec: Partial<ChildSpec>, code: number, err: string]>([
    ['that runs', lasting, {}, 0, ''],
    ['that crashes within its first second', dying, {}, 1, notStarted],
    ['that crashes within its first second, and is to be restarted', dying, { restartAt: [60_000] }, 1, notStarted],
    [
      'that never gets ready',
      lasting,
      { ready: { line: 'up' }, readyTimeout: 500 },
      1,
      'app: it did not come up. The last run ended: it was not ready in time (SIGTERM).',
    ],
    ['that takes long to be ready', `sleep 1.5; echo up; ${lasting}`, { ready: { line: 'up' } }, 0, ''],
    ['that crashes later than it has to last', `sleep 0.3; exit 3`, { settle: 0 }, 0, ''],
    ['that crashes before it has lasted as long as it says', 'sleep 1.3; exit 3', { settle: 5_000 }, 1, notStarted],
    ['that is a job, and done', 'exit 0', {}, 0, ''],
  ])(
    'of a program %s',
    async (_what, program, spec, code, err) => {
      const { run, config } = user(program);
      const ended = await run('start', config(spec));
      expect({ code: ended.code, err: ended.err }).toEqual({ code, err: expect.stringContaining(err) as string });
      if (code === 0) expect(ended.err).toBe('');
    },
    60_000,
  );

  it.each<[what: string, command: string, err: string]>([
    ['stopped', 'stop', 'app: it was stopped meanwhile'],
    ['deleted', 'delete', 'app: it was stopped meanwhile'],
  ])(
    'of one that is %s before it is ready',
    async (_what, command, err) => {
      const { begin, run, list, config } = user(lasting);
      const starting = begin('start', config({ ready: { line: 'up' } }));
      await expect
        .poll(async () => (await list()).map(({ state }) => state), { timeout: 30_000 })
        .toEqual(['starting']);
      await run(command, 'app');
      expect((await starting.ended).code).toBe(1);
      expect(starting.stderr()).toContain(err);
    },
    60_000,
  );

  it('of one whose manager is shut down before it is ready', async () => {
    const { begin, run, list, config } = user(lasting);
    const starting = begin('start', config({ ready: { line: 'up' } }));
    await expect.poll(async () => (await list()).map(({ state }) => state), { timeout: 30_000 }).toEqual(['starting']);
    await run('shutdown');
    expect((await starting.ended).code).toBe(1);
    expect(starting.stderr()).toMatch(/app: it was stopped meanwhile|the manager closed the connection/);
  }, 60_000);

  it('names those among many that did not come up, and only those', async () => {
    const { run, config } = user(dying);
    const others = Array.from({ length: 40 }, (_, n) => ({ name: `ok${String(n)}`, command: 'sleep', args: ['60'] }));
    const { code, err } = await run('start', config({}, others));
    expect(code).toBe(1);
    expect(err.split('\n').filter((line) => line.includes('it did not come up'))).toEqual([
      expect.stringContaining(notUp) as string,
    ]);
  }, 60_000);
});

it('start with a --timeout that is too short starts all services or none', async () => {
  const { home, run, list, config } = user(lasting);
  expect((await run('start', config())).code).toBe(0);
  const many = join(home, 'many.config.json');
  const services = Array.from({ length: 40 }, (_, n) => ({ name: `n${String(n)}`, command: 'sleep', args: ['60'] }));
  writeFileSync(many, JSON.stringify(services));
  for (const timeout of ['50ms', '150ms', '300ms', '500ms']) {
    expect((await run('start', many, '--timeout', timeout)).code).toBe(124);
    expect([0, 40]).toContain((await list()).filter(({ name }) => name !== 'app').length);
    await run('delete', '/^n/');
  }
}, 120_000);

describe('what worked yesterday and crashes today', () => {
  it.each([
    ['restart', ['restart', 'app'], notUp],
    ['reload', ['reload', 'app'], notUp],
    ['duplicate', ['duplicate', 'app'], 'app: it did not come up. The last run ended: exit code 3.'],
    ['scale', ['scale', 'app', '3'], 'app#2: it did not come up. The last run ended: exit code 3.'],
  ] as const)(
    '%s',
    async (_what, command, err) => {
      const { run, config, program } = user(lasting);
      expect(await run('start', config())).toMatchObject({ code: 0, err: '' });
      program(dying);
      const ended = await run(...command);
      expect(ended.code).toBe(1);
      expect(ended.err).toContain(err);
      program(lasting);
      expect(await run('restart', 'all')).toMatchObject({ code: 0, err: '' });
    },
    60_000,
  );

  it('resurrect', async () => {
    const { run, config, program } = user(lasting);
    await run('start', config());
    await run('save');
    await run('delete', 'app');
    program(dying);
    const { code, err } = await run('resurrect');
    expect(code).toBe(1);
    expect(err).toContain(notUp);
  }, 60_000);
});

it('watch is done when it watches: a change right after it is noticed', async () => {
  const cwd = folder();
  const file = join(cwd, 'file');
  writeFileSync(file, 'before');
  await using supervisor = supervise([{ name: 'app', command: 'sleep', args: ['60'], cwd, watch: false }]);
  await firstValueFrom(supervisor.event$.pipe(filter(({ type }) => type === 'ready')));
  const restarted = firstValueFrom(supervisor.event$.pipe(filter(({ type }) => type === 'stopping')));
  await supervisor.watch('app', true);
  writeFileSync(file, 'after');
  expect(await restarted).toMatchObject({ reason: 'restart', trigger: 'watch' });
});
