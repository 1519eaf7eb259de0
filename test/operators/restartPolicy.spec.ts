import { describe, expect, it } from 'vitest';
import type { ChildEvent } from '../../src/model/childEvent.js';
import { scheduleOf } from '../../src/model/spec/schedule.js';
import {
  type RestartOptions,
  type RestartPolicy,
  restartPolicy,
  type RestartDecision,
} from '../../src/operators/restartPolicy.js';
import { exited, reset, restart, spawned, spawnFailed, stop, stopping } from './events.js';

const now = 1_000;

/** A ledger that has seen a run of these events, begun at 0. */
function after(events: readonly ChildEvent[], delays = [10, 20], options: RestartOptions = {}): RestartPolicy {
  const ledger = restartPolicy(scheduleOf(delays), options);
  ledger.startRun(0);
  events.forEach(ledger.onEvent);
  return ledger;
}

describe('the verdict of restartLedger', () => {
  it.each<[string, ChildEvent[], RestartDecision]>([
    ['nothing, after a run that never ended', [spawned], { type: 'end' }],
    ['nothing, after a clean exit', [exited(0)], { type: 'end' }],
    ['nothing, after an end that was asked for elsewhere', [exited('SIGTERM', true)], { type: 'end' }],
    ['the first delay, after a crash', [exited(1)], { type: 'later', delay: 10, crashes: 1 }],
    ['the first delay, after a failed spawn', [spawnFailed], { type: 'later', delay: 10, crashes: 1 }],
    [
      'the first delay, when not ready in time',
      [stopping('readyTimeout'), exited(0)],
      { type: 'later', delay: 10, crashes: 1 },
    ],
    [
      'the first delay, when it no longer answered',
      [stopping('liveness'), exited(0)],
      { type: 'later', delay: 10, crashes: 1 },
    ],
  ])('%s', (_name, events, verdict) => {
    const ledger = after(events);
    expect(ledger.decide(now)).toEqual(verdict);
    expect(ledger.isOver()).toBe(verdict.type === 'end');
  });

  it('a run at once, when a restart was asked for; nothing, when a stop was, in whichever order', () => {
    const ledger = after([exited(1)]);
    ledger.onCommand(restart);
    expect(ledger.decide(now)).toEqual({ type: 'now', delay: 0 });
    ledger.onCommand(stop);
    expect(ledger.decide(now)).toEqual({ type: 'end' });
    ledger.onCommand(restart);
    expect(ledger.decide(now)).toEqual({ type: 'end' });
  });

  it('what was asked of one run is not asked of the next, but for stop', () => {
    const ledger = after([exited(1)]);
    ledger.onCommand(restart);
    ledger.decide(now);
    expect(ledger.startRun(now)).toBe(2);
    ledger.onEvent(exited(1));
    expect(ledger.decide(now)).toMatchObject({ type: 'later' });
    ledger.onCommand(stop);
    ledger.startRun(now);
    expect(ledger.isOver()).toBe(true);
  });

  it('a code means nothing in a run that was ended for its own failure', () => {
    for (const reason of ['readyTimeout', 'liveness'] as const) {
      const ledger = after([stopping(reason), exited(0)], [10], { stopExitCodes: [0] });
      expect(ledger.decide(now)).toEqual({ type: 'later', delay: 10, crashes: 1 });
    }
    expect(after([exited(3)], [10], { stopExitCodes: [3] }).decide(now)).toEqual({ type: 'end' });
  });

  it('the last word, when the schedule says never', () => {
    for (const delays of [[], [0]]) {
      const ledger = after([exited(1)], delays);
      expect(ledger.decide(now)).toEqual({ type: 'giveUp', reason: 'never' });
      expect(ledger.isOver()).toBe(true);
    }
  });

  it('the last word at the limit, and a delay again after reset', () => {
    const ledger = after([exited(1)], [10], { limit: { max: 1, within: 100 } });
    ledger.decide(0);
    ledger.startRun(10);
    ledger.onEvent(exited(1));
    expect(ledger.decide(99)).toEqual({ type: 'giveUp', reason: 'limit' });
    expect(ledger.decide(100)).toMatchObject({ type: 'later' });
    ledger.onCommand(reset);
    expect(ledger.decide(99)).toMatchObject({ type: 'later', crashes: 1 });
  });

  it('counts restarts in a window that slides with them, and not those that were asked for', () => {
    const ledger = after([exited(1)], [10], { limit: { max: 2, within: 100 } });
    const verdictAt = (time: number): string => {
      const verdict = ledger.decide(time);
      ledger.startRun(time + 10);
      ledger.onEvent(exited(1));
      return verdict.type;
    };
    expect([0, 20, 40].map(verdictAt)).toEqual(['later', 'later', 'giveUp']);
    expect(verdictAt(100)).toBe('later');
    expect(verdictAt(110)).toBe('giveUp');
    ledger.onCommand(restart);
    expect([verdictAt(120), verdictAt(130)]).toEqual(['now', 'later']);
  });

  it('a restart that was asked for in the back-off is not counted', () => {
    const ledger = after([exited(1)], [10], { limit: { max: 1, within: 100 } });
    ledger.decide(0);
    ledger.onCommand(restart);
    ledger.startRun(5);
    ledger.onEvent(exited(1));
    expect(ledger.decide(6).type).toBe('later');
  });

  it('the first delay again after stable, and no crash for the unreadiness of an earlier run', () => {
    const ledger = after([exited(1)]);
    ledger.decide(0);
    ledger.startRun(10);
    ledger.onEvent({ type: 'stable', attempt: 2 });
    ledger.onEvent(stopping('readyTimeout'));
    ledger.onEvent(exited(0));
    expect(ledger.decide(20)).toEqual({ type: 'later', delay: 10, crashes: 1 });
    ledger.startRun(30);
    ledger.onEvent(exited(0));
    expect(ledger.decide(40)).toEqual({ type: 'end' });
  });
});

describe('a restart by hand', () => {
  const crashed = () => {
    const ledger = after([exited(1)], [10, 20, 30], { limit: { max: 2, within: 1_000 } });
    for (const time of [20, 40]) {
      ledger.decide(time);
      ledger.startRun(time);
      ledger.onEvent(exited(1));
    }
    return ledger;
  };

  it('starts the schedule and the limit over', () => {
    const ledger = crashed();
    ledger.onCommand(restart);
    ledger.decide(60);
    ledger.startRun(60);
    ledger.onEvent(exited(1));
    expect(ledger.decide(70)).toEqual({ type: 'later', delay: 10, crashes: 1 });
  });

  it('not so one by a trigger', () => {
    const ledger = crashed();
    ledger.onCommand({ ...restart, trigger: 'watch' });
    ledger.decide(60);
    ledger.startRun(60);
    ledger.onEvent(exited(1));
    expect(ledger.decide(70)).toEqual({ type: 'giveUp', reason: 'limit' });
  });
});

describe('restartLedger', () => {
  it('is not over before there was a run', () => {
    const ledger = restartPolicy(undefined, {});
    expect(ledger.isOver()).toBe(false);
    expect(ledger.startRun(0)).toBe(1);
  });

  it('remembers name and number of the last run', () => {
    const ledger = after([{ ...spawned, name: 'api' }]);
    expect(ledger.origin()).toEqual({ name: 'api', attempt: 1 });
    ledger.startRun(now);
    expect(ledger.origin()).toEqual({ name: 'api', attempt: 2 });
  });
});
