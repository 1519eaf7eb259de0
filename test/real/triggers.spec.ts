import { appendFileSync, mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defer, finalize, firstValueFrom, lastValueFrom, NEVER, Subject, tap, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  type ChildEvent,
  type ChildSpec,
  type Effects,
  nodeEffects,
  restartWhen,
  signal$,
  type Usage,
  usage$,
} from '../../src/index.js';
import { exits, fixture, folder, runs, watch } from './bench.js';

const sleeper: ChildSpec = { command: 'bash', args: ['-c', 'echo up; exec sleep 60'] };
const isRestart = (event: ChildEvent) => event.type === 'stopping' && event.reason === 'restart';

/** A child that is restarted for what changes in a folder, once everything there is being watched. */
async function watching(cwd: string, spec: Partial<ChildSpec> = {}) {
  const watched$ = new Subject<void>();
  /** What has changed and that it was restarted, in that order. */
  const log: string[] = [];
  let watchers = 0;
  const effects: Effects = {
    ...nodeEffects,
    changes$: (...args) =>
      defer(() => {
        watchers += 1;
        return nodeEffects.changes$(...args);
      }).pipe(
        tap((change) => {
          if (change.type === 'watching') watched$.next();
          else log.push(basename(change.path));
        }),
        finalize(() => (watchers -= 1)),
      ),
  };
  const armed = async (): Promise<void> => firstValueFrom(watched$);
  const ready = armed();
  const child = watch({ ...sleeper, cwd, watch: { debounce: 100 }, ...spec }, effects, (event) => {
    if (isRestart(event)) log.push(RESTART);
  });
  await Promise.all([ready, child.said(/^up$/)]);
  return {
    ...child,
    log,
    armed,
    watchers: () => watchers,
    /** Its run of this number, which has begun. */
    run: async (attempt: number) => child.seen('ready', (event) => event.attempt === attempt),
  };
}

const RESTART = '(restart)';
const MARKER = 'marker';

/** Changes come in order: once this one has led to a restart, none from before is left. */
async function mark(child: Awaited<ReturnType<typeof watching>>, at: string, attempt: number): Promise<void> {
  writeFileSync(join(at, MARKER), '1');
  await child.run(attempt);
}

/** A log with each change of something but a marker as `change`, and what follows itself once. */
function inShort(log: readonly string[]): string[] {
  return log
    .map((entry) => (entry === RESTART || entry === MARKER ? entry : 'change'))
    .filter((entry, index, all) => entry !== all[index - 1] || entry === RESTART);
}

describe('watch', () => {
  it.each<[string, (folder: string) => void]>([
    ['a file that is written in place', (at) => appendFileSync(join(at, 'a.js'), '2')],
    [
      'a file that is saved as editors do: a new one, renamed over it',
      (at) => {
        writeFileSync(join(at, '.a.js.tmp'), '2');
        renameSync(join(at, '.a.js.tmp'), join(at, 'a.js'));
      },
    ],
    [
      'as others do: the old one aside, a new one, the old one away',
      (at) => {
        renameSync(join(at, 'a.js'), join(at, 'a.js~'));
        writeFileSync(join(at, 'a.js'), '2');
        unlinkSync(join(at, 'a.js~'));
      },
    ],
    ['a new file', (at) => writeFileSync(join(at, 'new.js'), '1')],
    ['a file that is removed', (at) => unlinkSync(join(at, 'a.js'))],
    ['a file that is renamed', (at) => renameSync(join(at, 'a.js'), join(at, 'b.js'))],
    ['a folder that is removed with all in it', (at) => rmSync(join(at, 'src'), { recursive: true })],
    [
      'a folder that is made, with a file in it',
      (at) => {
        mkdirSync(join(at, 'more/deep'), { recursive: true });
        writeFileSync(join(at, 'more/deep/c.js'), '1');
      },
    ],
    [
      '500 files at once',
      (at) => {
        for (let n = 0; n < 500; n += 1) writeFileSync(join(at, 'src', `${n}.js`), String(n));
      },
    ],
  ])('%s: one restart', async (_, change) => {
    const at = folder();
    mkdirSync(join(at, 'src'));
    writeFileSync(join(at, 'a.js'), '1');
    writeFileSync(join(at, 'src/b.js'), '1');
    const child = await watching(at);
    change(at);
    await child.run(2);
    await mark(child, at, 3);
    expect(inShort(child.log)).toEqual(['change', RESTART, MARKER, RESTART]);
    const [stopping] = child.events.filter(isRestart);
    expect(stopping).toMatchObject({ trigger: 'watch' });
  });

  it('does not restart a child for an ignored file, nor for its own log', async () => {
    const at = folder();
    mkdirSync(join(at, 'node_modules/x'), { recursive: true });
    const log = join(at, 'logs/a.log');
    const args = ['-c', 'echo up; while :; do echo log; sleep 0.02; done'];
    const child = await watching(at, { args, log, watch: { debounce: 100, ignore: ['*.tmp'] } });
    writeFileSync(join(at, 'a.tmp'), '1');
    writeFileSync(join(at, 'node_modules/x/a.js'), '1');
    writeFileSync(`${log}.2026-11-24T03-50-37.123Z`, '1');
    await mark(child, at, 2);
    expect(inShort(child.log)).toEqual([MARKER, RESTART]);
  });

  it('begins and ends at run time', async () => {
    const at = folder();
    const child = await watching(at);
    child.sendCommand({ type: 'watch', on: false });
    expect(child.watchers()).toBe(0);
    writeFileSync(join(at, 'a.js'), '1');
    const armed = child.armed();
    child.sendCommand({ type: 'watch' });
    await armed;
    await mark(child, at, 2);
    expect(inShort(child.log)).toEqual([MARKER, RESTART]);
  });

  it('a single file goes on being watched, however often it is replaced', async () => {
    const at = folder();
    writeFileSync(join(at, 'a.js'), '1');
    const child = await watching(at, { watch: { paths: ['a.js'], debounce: 100 } });
    for (const attempt of [2, 3, 4]) {
      writeFileSync(join(at, 'new'), String(attempt));
      renameSync(join(at, 'new'), join(at, 'a.js'));
      await child.run(attempt);
    }
    expect(inShort(child.log)).toEqual(['change', RESTART, 'change', RESTART, 'change', RESTART]);
  });

  it('what is not there cannot be watched: an event, and the child goes on', async () => {
    const child = watch({ ...sleeper, cwd: folder(), watch: ['src'] });
    const failed = await child.seen('triggerFailed');
    expect(failed).toMatchObject({ trigger: 'watch', code: 'ENOENT' });
    expect(failed.message).toMatch(/^ENOENT: no such file or directory, .*\/src'$/);
    await child.seen('ready');
  });
});

describe('cron', () => {
  it('restarts a child by the clock', async () => {
    const child = watch({ ...sleeper, cron: '* * * * * *' });
    await child.seen('spawned', ({ attempt }) => attempt === 2);
    expect(child.events.find(isRestart)).toMatchObject({ trigger: 'cron' });
  });
});

describe('maxRss', () => {
  it('restarts a child gracefully when its process tree uses too much memory', async () => {
    const child = watch({ script: fixture('leak.mjs'), maxRss: { bytes: 220_000_000, every: 100 }, grace: 5_000 });
    const first = await child.seen('spawned');
    await child.seen('ready', ({ attempt }) => attempt === 2);
    expect(child.events.find(isRestart)).toMatchObject({ trigger: 'maxRss' });
    expect(exits(child.events)[0]).toMatchObject({ code: 0, expected: true });
    expect(child.events.some(({ type }) => type === 'killed' || type === 'backingOff')).toBe(false);
    expect(runs(first.pid)).toBe(false);
  });
});

describe('usage$', () => {
  it('measures a tree: the time and the memory of all of it, until it has gone', async () => {
    const child = watch({ command: 'bash', args: ['-c', `node -e 'for (;;);' & sleep 60 & echo up; wait`] });
    await child.said(/^up$/);
    const { pid } = await child.seen('spawned');
    const looks: Usage[] = [];
    const gone = lastValueFrom(usage$(pid, { every: 200 }).pipe(tap((usage) => looks.push(usage))));
    // One that spins takes a core, or its share of one that others want too.
    await vi.waitFor(
      () => {
        const spinning = looks.filter(({ processes, cpu }) => processes === 3 && cpu > 20 && cpu < 110);
        expect(spinning.some(({ rss }) => rss > 30e6)).toBe(true);
      },
      { timeout: 15_000 },
    );
    expect(looks[0]).toMatchObject({ pid, cpu: 0 });
    await child.stop();
    expect(await gone).toMatchObject({ pid });
  });

  it('says what the system says of this process', async () => {
    const { rss } = await firstValueFrom(usage$(process.pid, { every: 10 }));
    expect(rss).toBeGreaterThan(process.memoryUsage.rss() * 0.7);
  });

  it('a process that is not there has none', async () => {
    expect(await firstValueFrom(usage$(2 ** 22 + 1).pipe(toArray()))).toEqual([]);
  });
});

describe('restartWhen', () => {
  it('takes any Observable as a trigger', async () => {
    const child = watch(sleeper);
    await child.said(/^up$/);
    const commands = NEVER.pipe(restartWhen(signal$(['SIGUSR2']), 'hang-up')).subscribe(child.sendCommand);
    process.kill(process.pid, 'SIGUSR2');
    await child.seen('ready', ({ attempt }) => attempt === 2);
    commands.unsubscribe();
    expect(child.events.find(isRestart)).toMatchObject({ trigger: 'hang-up' });
  });
});
