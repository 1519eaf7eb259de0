import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestScheduler } from 'rxjs/testing';
import { guardian } from '../../src/process/guardian.js';
import { coded } from '../fakeEffects.js';

/** A shell that only seems to run. */
interface FakeShell extends EventEmitter {
  readonly pid: number | undefined;
  readonly lines: string[];
  readonly die: () => void;
}

const group = { pgid: 7, startTime: '1', stopSignal: 'SIGINT', grace: 50, scope: 'session' } as const;

let clock: TestScheduler;

beforeEach(() => {
  clock = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

/** `outcomes` of each start in turn, the last one again and again: whether it runs, or how it fails. */
function fake(outcomes: readonly ('runs' | 'throws' | 'fails' | 'dies')[]) {
  const shells: FakeShell[] = [];
  const starts: number[] = [];
  const failures: [number, string][] = [];
  const guard = guardian(() => {
    const outcome = outcomes[Math.min(starts.length, outcomes.length - 1)];
    starts.push(clock.now());
    if (outcome === 'throws') throw coded('ENOMEM');
    const lines: string[] = [];
    const pid = outcome === 'fails' ? undefined : starts.length;
    const shell: FakeShell = Object.assign(new EventEmitter(), {
      pid,
      lines,
      die: () => void shell.emit('exit', null, 'SIGKILL'),
      unref: () => undefined,
      stdin: { write: (text: string) => lines.push(text), on: () => undefined, end: () => undefined },
    });
    shells.push(shell);
    if (outcome === 'fails') clock.schedule(() => shell.emit('error', coded('EAGAIN')));
    if (outcome === 'dies') clock.schedule(() => shell.emit('exit', 2, null));
    return shell as unknown as ChildProcess;
  }, clock);
  guard.failed$.subscribe((error) => failures.push([clock.now(), (error as NodeJS.ErrnoException).code ?? '']));
  return { guard, shells, starts, failures };
}

const at = (ms: number, work: () => void): void => void clock.schedule(work, ms);

describe('a guardian that cannot be started', () => {
  it.each([
    ['throws', 'ENOMEM'],
    ['fails', 'EAGAIN'],
    ['dies', 'EXIT'],
  ] as const)('because it %s is tried again, later and later, and says so once', (outcome, code) => {
    clock.run(() => {
      const { guard, starts, failures } = fake([outcome]);
      at(0, () => {
        guard.ensureStarted();
        guard.guard(group);
      });
      at(100_000, () => {
        expect(starts).toEqual([0, 100, 600, 1_600, 6_600, 16_600, 46_600, 76_600]);
        expect(failures).toEqual([[0, code]]);
        guard.release(group.pgid);
      });
      at(1_000_000, () => {
        expect(starts).toHaveLength(8);
      });
    });
  });

  it('is tried again with the next child, and gets the first one too', () => {
    clock.run(() => {
      const { guard, starts, shells } = fake(['fails', 'runs']);
      at(0, () => {
        guard.ensureStarted();
        guard.guard(group);
      });
      at(20, () => {
        guard.ensureStarted();
        guard.guard({ ...group, pgid: 8 });
      });
      at(60_000, () => {
        expect(starts).toEqual([0, 20]);
        expect(shells[1]?.lines).toEqual(['+7:1:2:50:session\n', '+8:1:2:50:session\n']);
      });
    });
  });

  it('is reported to those who come meanwhile, and no longer when it runs', () => {
    clock.run(() => {
      const { guard } = fake(['fails', 'fails', 'runs']);
      const late: number[] = [];
      const look = (): void => {
        guard.failed$.subscribe(() => late.push(clock.now())).unsubscribe();
      };
      at(0, () => {
        guard.ensureStarted();
        guard.guard(group);
      });
      at(50, look);
      at(300, look);
      at(700, look);
      at(800, () => {
        expect(late).toEqual([50, 300]);
      });
    });
  });

  it('that has lived and dies is started at once; it is an outage again when that fails', () => {
    clock.run(() => {
      const { guard, shells, starts, failures } = fake(['fails', 'runs', 'fails', 'runs']);
      at(0, () => {
        guard.ensureStarted();
        guard.guard(group);
      });
      at(5_000, () => shells[1]?.die());
      at(9_000, () => {
        expect(starts).toEqual([0, 100, 5_000, 5_100]);
        expect(failures).toEqual([
          [0, 'EAGAIN'],
          [5_000, 'EAGAIN'],
        ]);
      });
    });
  });

  it('is not tried again when nothing is to be guarded', () => {
    clock.run(() => {
      const { guard, starts } = fake(['fails']);
      at(0, () => {
        guard.ensureStarted();
      });
      at(60_000, () => {
        expect(starts).toEqual([0]);
      });
    });
  });
});
