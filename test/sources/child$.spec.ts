import { concat, from, map, merge, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { type Act, byteCredit, child$, type ChildEvent, type ChildSpec, SpecError } from '../../src/index.js';
import { type FakeChild, type FakeWorld, fakeWorld } from '../fakeEffects.js';

const spec: ChildSpec = { command: 'a' };
const at = (ms: number, act: Act): Observable<Act> => timer(ms).pipe(map(() => act));

/** The events of one run, in virtual time, as `ms type detail`. */
function run(world: FakeWorld, act$: Observable<Act> = NEVER, over: Partial<ChildSpec> = {}): string[] {
  const received: string[] = [];
  virtually((scheduler) => {
    child$({ ...spec, ...over }, { act$, effects: world.effects }).subscribe({
      next: (event) => received.push(`${scheduler.now()} ${event.type}${detail(event)}`),
      error: (error: unknown) => received.push(`${scheduler.now()} error ${String(error)}`),
      complete: () => received.push(`${scheduler.now()} complete`),
    });
  });
  return received;
}

function virtually(work: (scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    work(scheduler);
  });
}

function detail(event: ChildEvent): string {
  if (event.type === 'output') return ` ${JSON.stringify(event.text)}`;
  if (event.type === 'stopping' || event.type === 'refused') return ` ${event.reason}`;
  if (event.type === 'exited') return ` ${String(event.code ?? event.signal)}${event.expected ? ' expected' : ''}`;
  return event.type === 'spawnFailed' ? ` ${event.code}` : '';
}

const later = (ms: number, work: () => void): void => void timer(ms).subscribe(work);

describe('child$', () => {
  it('throws a SpecError at once, and does nothing before it is subscribed', () => {
    const { effects, children } = fakeWorld();
    expect(() => child$({ command: '' }, { act$: NEVER, effects })).toThrow(SpecError);
    const event$ = child$(spec, { act$: NEVER, effects });
    expect(children).toEqual([]);
    event$.subscribe().unsubscribe();
    expect(children).toHaveLength(1);
  });

  it('emits one run from spawned to exited', () => {
    const world = fakeWorld((child) => {
      child.say('one\n');
      child.happen({ type: 'message', message: { n: 1 } });
      later(30, () => {
        child.exit(3);
      });
    });
    expect(run(world)).toEqual([
      '0 spawned',
      '0 ready',
      '0 output "one\\n"',
      '0 message',
      '30 exited 3',
      '30 complete',
    ]);
  });

  it('emits events with name, attempt, uptime and the number of cut lines', () => {
    const events: ChildEvent[] = [];
    virtually(() => {
      const { effects } = fakeWorld((child) => {
        child.happen({ type: 'output', stream: 'stderr', text: 'x\ny\n', cut: 1 });
        later(30, () => {
          child.exit(null, 'SIGSEGV');
        });
      });
      child$({ ...spec, name: 'a' }, { act$: NEVER, effects }).subscribe((event) => events.push(event));
    });
    const origin = { name: 'a', attempt: 1 };
    expect(events).toEqual([
      { type: 'spawned', pid: 1_001, ...origin },
      { type: 'ready', ...origin },
      { type: 'output', stream: 'stderr', text: 'x\ny\n', cut: 1, ...origin },
      { type: 'exited', code: null, signal: 'SIGSEGV', uptime: 30, expected: false, ...origin },
    ]);
  });

  it.each([true, false])(
    'a failed spawn is an asynchronous event, also if Node reports it synchronously (late: %s)',
    (late) => {
      const world = fakeWorld(undefined, () => ({ code: 'EMFILE', late }));
      const received: string[] = [];
      virtually(() => {
        child$(spec, { act$: NEVER, effects: world.effects }).subscribe(({ type }) => received.push(type));
        expect(received).toEqual([]);
      });
      expect(received).toEqual(['spawnFailed']);
      expect(run(world)).toEqual(['0 spawnFailed EMFILE', '0 complete']);
    },
  );

  it('emits exited after the last output, also if the process exited before it', () => {
    const world = fakeWorld((child) => {
      child.closesPipe = false;
      child.exit(1);
      later(10, () => {
        child.say('last words\n');
        child.happen({ type: 'drained' });
      });
    });
    expect(run(world)).toEqual(['0 spawned', '0 ready', '10 output "last words\\n"', '10 exited 1', '10 complete']);
  });

  it('closes a pipe that a process outside the group holds when no output has come for 100 ms', () => {
    const world = fakeWorld((child) => {
      child.closesPipe = false;
      child.exit(1);
      later(60, () => {
        child.say('late\n');
      });
    });
    expect(run(world)).toEqual(['0 spawned', '0 ready', '60 output "late\\n"', '160 exited 1', '160 complete']);
  });

  it('closes it after 1 s if the output never stops', () => {
    const world = fakeWorld((child) => {
      child.closesPipe = false;
      child.exit(1);
      for (let ms = 10; ms < 3_000; ms += 50) {
        later(ms, () => {
          child.say('tick\n');
        });
      }
    });
    expect(run(world).at(-1)).toBe('1000 complete');
  });

  it('waits until the group is empty, and reports the remaining processes', () => {
    const world = fakeWorld((child) => {
      child.leavesGroup = true;
      child.exit(0);
      later(55, () => {
        child.leavesGroup = false;
      });
    });
    expect(run(world)).toEqual(['0 spawned', '0 ready', '0 stopping leftover', '60 exited 0', '60 complete']);
  });

  it('is ready once by a line; not after the end, and not while it is being stopped', () => {
    const line = { ready: { line: 'up' } };
    const up = (child: FakeChild): void => {
      child.onSignal = () => {
        later(20, () => {
          child.exit(0);
        });
      };
      later(10, () => {
        child.say('up\nup\n');
        child.say('up\n');
      });
    };
    expect(run(fakeWorld(up), at(50, { type: 'ask' }), line).filter((received) => received.includes('ready'))).toEqual([
      '10 ready',
    ]);
    expect(run(fakeWorld(up), at(5, { type: 'ask' }), line).filter((received) => received.includes('ready'))).toEqual(
      [],
    );
    const dying = fakeWorld((child) => {
      child.closesPipe = false;
      child.exit(1);
      up(child);
    });
    expect(run(dying, NEVER, line).filter((received) => received.includes('ready'))).toEqual([]);
  });

  it('reports once that it was not ready in time; the end that follows is not expected', () => {
    const world = fakeWorld();
    expect(run(world, at(80, { type: 'ask' }), { ready: { line: 'up' }, readyTimeout: 50 })).toEqual([
      '0 spawned',
      '50 stopping readyTimeout',
      '80 exited SIGTERM',
      '80 complete',
    ]);
  });

  it('stops a child with IPC by message and signal, and a child that imports rxvisor/child only by message', () => {
    const script = { script: 'a.js' };
    const stranger = fakeWorld();
    virtually(() => {
      child$(script, { act$: at(10, { type: 'ask' }), effects: stranger.effects }).subscribe();
    });
    expect(stranger.children[0]).toMatchObject({ sent: [{ stopping: true }], signals: ['SIGTERM'] });
    const friend = fakeWorld((child) => {
      child.happen({ type: 'message', message: { rxvisor: 'hello' } });
      later(50, () => {
        child.exit(0);
      });
    });
    virtually(() => {
      child$(script, { act$: at(10, { type: 'ask' }), effects: friend.effects }).subscribe();
    });
    expect(friend.children[0]).toMatchObject({ sent: [{ stopping: true }], signals: [] });
  });

  it('sends the reason to a child that imports rxvisor/child, and only the signal to others', () => {
    const sent = (live?: (child: FakeChild) => void): unknown => {
      const world = fakeWorld(live);
      virtually(() => {
        child$(
          { script: 'a.js' },
          { act$: at(10, { type: 'ask', reason: 'restart' }), effects: world.effects },
        ).subscribe();
      });
      return world.children[0]?.sent;
    };
    expect(sent()).toEqual([{ stopping: true }]);
    expect(
      sent((child) => {
        child.happen({ type: 'message', message: { rxvisor: 'hello' } });
        later(50, () => {
          child.exit(0);
        });
      }),
    ).toEqual([{ stopping: true, reason: 'restart' }]);
  });

  it('fails a run once, and not one that is ending anyway', () => {
    expect(run(fakeWorld(), merge(at(10, { type: 'fail' } as const), at(20, { type: 'ask' } as const)), {})).toEqual([
      '0 spawned',
      '0 ready',
      '10 stopping fail',
      '20 exited SIGTERM',
      '20 complete',
    ]);
    expect(run(fakeWorld(), concat(of({ type: 'ask' } as const), of({ type: 'fail' } as const)), {})).not.toContain(
      '0 stopping fail',
    );
  });

  it('sends the signal to the rest of a group when its leader, which imports rxvisor/child, has ended', () => {
    const world = fakeWorld((child) => {
      child.leavesGroup = true;
      child.happen({ type: 'message', message: { rxvisor: 'hello' } });
      later(50, () => {
        child.exit(0);
      });
      later(70, () => {
        child.leavesGroup = false;
      });
    });
    virtually(() => {
      child$({ script: 'a.js' }, { act$: at(10, { type: 'ask' }), effects: world.effects }).subscribe();
    });
    expect(world.children[0]?.signals).toEqual(['SIGTERM']);
  });

  it('delivers signals and messages, and refuses them when the child does not run', () => {
    const acts: readonly Act[] = [
      { type: 'send', message: 1 },
      { type: 'signal', signal: 'SIGUSR1' },
    ];
    const act$ = concat(from(acts), NEVER);
    const world = fakeWorld((child) => {
      child.onSignal = () => {
        child.leavesGroup = true;
        child.exit(0);
        later(100, () => {
          child.leavesGroup = false;
        });
      };
    });
    expect(run(world, act$)).toContain('0 refused it has no IPC channel');
    expect(world.children[0]?.signals).toEqual(['SIGUSR1']);
    const late$ = concat(at(50, { type: 'signal', signal: 'SIGHUP' }), at(0, { type: 'send', message: 1 }));
    const received = run(
      fakeWorld((child) => {
        child.leavesGroup = true;
        child.exit(0);
        later(100, () => {
          child.leavesGroup = false;
        });
      }),
      late$,
    );
    expect(received.filter((line) => line.startsWith('50'))).toEqual([
      '50 refused not running',
      '50 refused not running',
    ]);
  });

  it('sends no signal to the id of a group that has ended', () => {
    const world = fakeWorld((child) => {
      child.closesPipe = false;
      child.exit(0);
    });
    run(world, at(20, { type: 'kill' }));
    expect(world.children[0]?.signals).toEqual([]);
  });

  it('kills its group when it is unsubscribed, and not when it has ended', () => {
    const world = fakeWorld();
    virtually(() => {
      const subscription = child$(spec, { act$: NEVER, effects: world.effects }).subscribe();
      later(10, () => {
        subscription.unsubscribe();
      });
    });
    expect(world.children[0]?.signals).toEqual(['SIGKILL']);
    const ended = fakeWorld((child) => {
      child.exit(0);
    });
    run(ended);
    expect(ended.children[0]?.signals).toEqual([]);
  });

  it('does not read output while the credit is used up', () => {
    const world = fakeWorld();
    virtually(() => {
      const flow = byteCredit({ high: 10, low: 5 });
      const subscription = child$(spec, { act$: NEVER, effects: world.effects, flow }).subscribe();
      const [child] = world.children;
      expect(child?.paused()).toBe(false);
      flow.take(10);
      expect(child?.paused()).toBe(true);
      flow.give(5);
      expect(child?.paused()).toBe(false);
      subscription.unsubscribe();
    });
  });

  it('passes on an error of act$, and kills the group', () => {
    const act$ = concat(
      timer(10).pipe(map((): Act => ({ type: 'signal', signal: 'SIGUSR1' }))),
      throwError(() => new Error('acts are gone')),
    );
    const quiet = fakeWorld((child) => {
      child.onSignal = () => undefined;
    });
    expect(run(quiet, act$).at(-1)).toBe('10 error Error: acts are gone');
    expect(quiet.children[0]?.signals).toEqual(['SIGUSR1', 'SIGKILL']);
  });
});
