import { EMPTY, finalize, NEVER, type Observable, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../../src/cli/cliError.js';
import { runServices$ } from '../../../src/cli/manager/runServices$.js';
import type { Screen } from '../../../src/cli/manager/screen.js';
import { byteCredit, type ChildSpec, type Supervisor } from '../../../src/index.js';
import { type FakeChild, fakeWorld } from '../../fakeEffects.js';
import { fakeTimers } from '../../fakeTimers.js';

const pass = fakeTimers(Date.UTC(2026, 0, 1));
const web: ChildSpec = { name: 'web', command: 'web' };

interface Setting {
  readonly services?: readonly ChildSpec[];
  readonly live?: boolean;
  readonly duration?: number;
  readonly exitCodeFrom?: string;
  readonly lasting?: boolean;
  readonly serve$?: (supervisor: Supervisor) => Observable<unknown>;
  readonly life?: (child: FakeChild) => void;
}

/** Runs services in a world of its own, with a fake screen that keeps its text. */
function start({ services = [web], live = false, duration, exitCodeFrom, life, lasting, serve$ }: Setting = {}) {
  const world = fakeWorld(life);
  const gone$ = new Subject<void>();
  const flow = byteCredit();
  const written: string[] = [];
  const outcomes: Outcome[] = [];
  const screen: Screen = {
    ...{ live, colours: false, size: () => ({ columns: 80, rows: 24 }), resized$: NEVER, gone$ },
    ...{ flow, busy: () => false, flushed$: EMPTY },
    write: (text) => void written.push(text),
  };
  let over = false;
  const running = runServices$(services, {
    screen,
    duration,
    exitCodeFrom,
    keepRunning: lasting,
    serve$,
    effects: world.effects,
  }).subscribe({
    next: (outcome) => outcomes.push(outcome),
    complete: () => (over = true),
  });
  const press = (signal: NodeJS.Signals): void => world.host.raise(signal, signal);
  return { ...world, flow, gone$, running, press, outcomes, over: () => over, text: () => written.join(''), written };
}

/** That nothing is left of it. */
function expectOver({ alive, host, over }: ReturnType<typeof start>): void {
  expect(over()).toBe(true);
  expect(alive()).toEqual([]);
  for (const event of ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'])
    expect(host.listenerCount(event)).toBe(0);
}

describe('runServices$', () => {
  it('ends when all services have ended by themselves', async () => {
    const life = (child: FakeChild) => {
      child.say('hello\n');
      child.exit(0);
    };
    const run = start({ life });
    await pass(1_000);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expect(run.text().replace(/2026\S+/g, 'TIME')).toBe(
      'TIME web started, pid 1001\nweb: hello\nTIME web ended: code 0 after 1ms\n',
    );
    expectOver(run);
  });

  it('labels instances of one name by their ids', async () => {
    const life = (child: FakeChild) => {
      child.say('hello\n');
      child.exit(0);
    };
    const services = [{ name: 'web', command: 'web' }, { name: 'web', command: 'web' }, { command: 'job' }];
    const run = start({ services, life });
    await pass(1_000);
    const labels = run.text().match(/^(?:2026\S+ )?\S+?(?=:? )/gm)!;
    expect(new Set(labels.map((label) => label.replace(/^2026\S+ /, '')))).toEqual(new Set(['web#1', 'web#2', '#3']));
    expectOver(run);
  });

  it('does not take a crash for the end, when another service has ended', async () => {
    const life = (child: FakeChild) => child.exit(child.launch.file === 'job' ? 0 : 1);
    const run = start({ services: [{ command: 'job' }, { command: 'crasher', restartAt: [1_000] }], life });
    await pass(10_500);
    expect(run.over()).toBe(false);
    expect(run.children.length).toBeGreaterThan(10);
    run.press('SIGTERM');
    await pass(100);
    expectOver(run);
  });

  it('is 1 when a service was given up', async () => {
    const life = (child: FakeChild) => child.exit(child.launch.file === 'job' ? 0 : 1);
    const run = start({ services: [{ command: 'job' }, { command: 'crasher', restartAt: [] }], life });
    await pass(1_000);
    expect(run.outcomes).toEqual([{ code: 1, signal: undefined }]);
    expectOver(run);
  });

  it('stops all when a service has ended that asks for it, and has its exit code', async () => {
    const life = (child: FakeChild) => {
      if (child.launch.file === 'job') setTimeout(() => child.exit(3), 1_000);
    };
    const job: ChildSpec = { name: 'job', command: 'job', restartAt: [], onExit: 'stopAll' };
    const run = start({ services: [web, job], life });
    await pass(999);
    expect(run.over()).toBe(false);
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 3, signal: undefined }]);
    expect(run.text()).toContain('job has failed: stopping all services\n');
    expectOver(run);
  });

  it('stops what a client starts while all are being stopped', async () => {
    let supervisor: Supervisor | undefined;
    const job: ChildSpec = { name: 'job', command: 'job', onExit: 'stopAll' };
    const run = start({ services: [web, job], serve$: (given) => ((supervisor = given), NEVER) });
    supervisor!.event$.subscribe(({ type }) => {
      if (type === 'stoppingAll') supervisor!.start({ name: 'more', command: 'more' });
    });
    await pass(100);
    run.children[1]!.exit(0);
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expectOver(run);
  });

  it('has the exit code of a service that was stopped when the time was over', async () => {
    const run = start({ services: [web], duration: 1_000, exitCodeFrom: 'web' });
    await pass(1_500);
    expect(run.outcomes).toEqual([{ code: 143, signal: undefined }]);
    expectOver(run);
  });

  it('Ctrl-C while all are being stopped: the grace period goes on, and the signal ends the command', async () => {
    const life = (child: FakeChild) => {
      child.onSignal = () => undefined;
    };
    const job: ChildSpec = { name: 'job', command: 'job', onExit: 'stopAll' };
    const run = start({ services: [{ ...web, grace: 1_000 }, job], life });
    await pass(100);
    run.children[1]!.exit(0);
    await pass(500);
    run.press('SIGINT');
    await pass(490);
    expect(run.children[0]?.signals).toEqual(['SIGTERM']);
    await pass(100);
    expect(run.children[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(run.outcomes).toEqual([{ code: 0, signal: 'SIGINT' }]);
    expectOver(run);
  });

  it('goes on after a restart that somebody else asks for', async () => {
    let supervisor: Supervisor | undefined;
    const job: ChildSpec = { name: 'job', command: 'job', onExit: 'stopAll' };
    const run = start({ services: [web, job], serve$: (given) => ((supervisor = given), NEVER) });
    await pass(100);
    void supervisor!.restart('job');
    await pass(500);
    expect(run.over()).toBe(false);
    run.children[2]!.exit(0);
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expectOver(run);
  });

  it('stops when the time is over', async () => {
    const run = start({ duration: 5_000 });
    await pass(4_999);
    expect(run.children[0]?.signals).toEqual([]);
    await pass(500);
    expect(run.children[0]?.signals).toEqual(['SIGTERM']);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expectOver(run);
  });

  it('is over only when a service that takes its time has ended', async () => {
    const life = (child: FakeChild) => {
      child.onSignal = () => void setTimeout(() => child.exit(0), 3_000);
    };
    const run = start({ services: [{ ...web, grace: 5_000 }], duration: 1_000, life });
    await pass(3_900);
    expect(run.over()).toBe(false);
    await pass(500);
    expectOver(run);
  });

  it('runs a child again although nobody reads what it prints, and ends by a signal', async () => {
    const run = start({ services: [{ ...web, restartAt: [100] }] });
    await pass(100);
    run.flow.take(2_000_000);
    expect(run.children[0]?.paused()).toBe(true);
    run.children[0]?.exit(1);
    await pass(200);
    expect([run.children.length, run.children[1]?.paused()]).toEqual([2, true]);
    run.press('SIGTERM');
    await pass(500);
    expectOver(run);
  });

  it('stops when nobody reads any more, and writes nothing more', async () => {
    const run = start();
    await pass(100);
    run.gone$.next();
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expect(run.text()).not.toContain('ended');
    expectOver(run);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    '%s: stops, says so, and leaves the end to its caller',
    async (signal) => {
      const run = start();
      const kill = vi.spyOn(run.host, 'kill');
      await pass(100);
      run.press(signal);
      await pass(500);
      expect(run.outcomes).toEqual([{ code: 0, signal }]);
      expect(run.children[0]?.signals).toEqual(['SIGTERM']);
      expect(run.text()).toContain(`${signal}: stopping services. Repeat it to kill them at once.\n`);
      expect(kill).not.toHaveBeenCalled();
      expectOver(run);
    },
  );

  it('a second signal kills at once, but not one that follows within 300 ms', async () => {
    const life = (child: FakeChild) => {
      child.onSignal = () => undefined;
    };
    const run = start({ services: [{ ...web, grace: 60_000 }], life });
    await pass(100);
    run.press('SIGINT');
    await pass(299);
    run.press('SIGINT');
    await pass(1_000);
    expect(run.children[0]?.signals).toEqual(['SIGTERM']);
    run.press('SIGINT');
    expect(run.children[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: 'SIGINT' }]);
    expect(run.text().match(/SIGINT/g)).toHaveLength(1);
    expectOver(run);
  });

  it('after a moment, says each second for what the stop waits, until the end', async () => {
    const life = (child: FakeChild) => {
      child.onSignal = () => {
        if (child.launch.file === 'quick') child.exit(0);
      };
    };
    const services: ChildSpec[] = [
      { name: 'quick', command: 'quick', grace: 5_000 },
      { name: 'db', command: 'db', grace: 3_000 },
      { name: 'web', script: 'web.js', exec: 'cluster' },
    ];
    const run = start({ services, life });
    await pass(100);
    run.press('SIGINT');
    await pass(999);
    expect(run.text()).not.toContain('waiting');
    await pass(60_000);
    const lines = run.text().match(/ waiting .*\n/g);
    expect(lines).toHaveLength(10);
    expect(lines?.slice(0, 2)).toEqual([
      ' waiting for db (1s of 3s), web (1s of 10s), Ctrl-C again kills\n',
      ' waiting for db (2s of 3s), web (2s of 10s), Ctrl-C again kills\n',
    ]);
    expect(lines?.[5]).toBe(' waiting for web (6s of 10s), Ctrl-C again kills\n');
    expectOver(run);
  });

  it('on a terminal, the last line of the table says for what the stop waits', async () => {
    const life = (child: FakeChild) => {
      child.onSignal = () => undefined;
    };
    const run = start({ services: [{ ...web, grace: 5_000 }], live: true, life });
    await pass(100);
    expect(run.text()).not.toContain('waiting');
    run.press('SIGTERM');
    await pass(3_500);
    expect(run.written.at(-1)).toMatch(
      /web .* stopping .*\nwaiting for web \(\d(\.\d)?s of 5s\), SIGTERM again kills\n$/,
    );
    await pass(5_000);
    expect(run.written.at(-1)).toMatch(/web .* stopped .*\n$/);
    expectOver(run);
  });

  it('on a terminal, pins a table below the text', async () => {
    const run = start({ live: true, life: (child) => child.say('hello\n') });
    expect(run.written[0]).toMatch(/^NAME +PID .*\nweb +- +starting +0 .*\n$/);
    await pass(250);
    const [, frame = ''] = run.written;
    expect(frame.startsWith('\r\u001B[2A\u001B[J')).toBe(true);
    expect(frame).toMatch(/ web started, pid 1001\nweb: hello\nNAME .*\nweb .* online .*\n$/);
    run.press('SIGINT');
    await pass(500);
    expect(run.written.at(-1)).toMatch(/web .* stopped .* SIGTERM after /);
    expectOver(run);
  });

  it('on a terminal, lets Ctrl-Z suspend it', async () => {
    const run = start({ live: true });
    const kill = vi.spyOn(run.effects, 'kill').mockReturnValue();
    await pass(100);
    run.press('SIGTSTP');
    expect(kill).toHaveBeenCalledWith(2, 'SIGSTOP');
    kill.mockRestore();
    run.press('SIGTERM');
    await pass(500);
    expectOver(run);
  });

  it('prints no output that goes to a log', async () => {
    const run = start({ services: [{ ...web, log: '/a.log' }], life: (child) => child.say('hello\n') });
    await pass(100);
    run.press('SIGTERM');
    await pass(500);
    expect(run.disk.text('/a.log')).toBe('hello\n');
    expect(run.text()).not.toContain('hello');
    expectOver(run);
  });

  it('stops the services when it is unsubscribed', async () => {
    const run = start();
    await pass(100);
    run.running.unsubscribe();
    await pass(500);
    expect(run.alive()).toEqual([]);
    expect(run.outcomes).toEqual([]);
    expect(run.host.listenerCount('SIGINT')).toBe(0);
  });

  it('is not ended by a restart that somebody else asks for, and shows what others add', async () => {
    let supervisor: Supervisor | undefined;
    const run = start({ serve$: (given) => ((supervisor = given), NEVER) });
    await pass(100);
    void supervisor!.restart('web');
    await pass(100);
    supervisor!.start({ name: 'more', command: 'more' });
    await pass(100);
    expect(run.over()).toBe(false);
    expect(run.text()).toMatch(/web started, pid \d+, run 2\n\S+ more started/);
    void supervisor!.stop(() => true);
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expectOver(run);
  });

  it('ends when whom it is served to asks for that, and not before that is answered', async () => {
    const asked$ = new Subject<void>();
    let served = true;
    const run = start({ serve$: () => asked$.pipe(finalize(() => (served = false))) });
    await pass(100);
    asked$.complete();
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: undefined }]);
    expect(served).toBe(false);
    expectOver(run);
  });

  it('lasting, goes on without children until a signal', async () => {
    const run = start({ services: [], lasting: true });
    await pass(10_000);
    expect(run.over()).toBe(false);
    run.press('SIGTERM');
    await pass(500);
    expect(run.outcomes).toEqual([{ code: 0, signal: 'SIGTERM' }]);
    expectOver(run);
  });

  it('an error of who serves it is its own', async () => {
    const world = fakeWorld();
    const screen: Screen = {
      live: false,
      colours: false,
      size: () => ({ columns: 80, rows: 24 }),
      resized$: NEVER,
      gone$: NEVER,
      flow: byteCredit(),
      busy: () => false,
      flushed$: EMPTY,
      write: () => undefined,
    };
    const errors: unknown[] = [];
    runServices$([], {
      screen,
      keepRunning: true,
      effects: world.effects,
      serve$: () => throwError(() => new Error('in use')),
    }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    await pass(100);
    expect(String(errors)).toBe('Error: in use');
  });
});
