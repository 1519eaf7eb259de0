import { describe, expect, it } from 'vitest';
import type { ChildEvent, RestartOptions } from '../../src/index.js';
import { scheduleOf } from '../../src/model/spec/schedule.js';
import { type RestartPolicy, restartPolicy, type RestartDecision } from '../../src/operators/restartPolicy.js';
import { exited, reset, restart, spawned, spawnFailed, stop, stopping } from './events.js';

const now = 1_000;

/** A policy after a run with these events, begun at 0. */
function after(events: readonly ChildEvent[], delays = [10, 20], options: RestartOptions = {}): RestartPolicy {
  const policy = restartPolicy(scheduleOf(delays), options);
  policy.startRun(0);
  events.forEach(policy.onEvent);
  return policy;
}

describe('the decision of restartPolicy', () => {
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
  ])('%s', (_name, events, decision) => {
    const policy = after(events);
    expect(policy.decide(now)).toEqual(decision);
    expect(policy.isOver()).toBe(decision.type === 'end');
  });

  it('a run at once, when a restart was asked for; nothing, when a stop was, in whichever order', () => {
    const policy = after([exited(1)]);
    policy.onCommand(restart);
    expect(policy.decide(now)).toEqual({ type: 'now', delay: 0 });
    policy.onCommand(stop);
    expect(policy.decide(now)).toEqual({ type: 'end' });
    policy.onCommand(restart);
    expect(policy.decide(now)).toEqual({ type: 'end' });
  });

  it('what was asked of one run is not asked of the next, but for stop', () => {
    const policy = after([exited(1)]);
    policy.onCommand(restart);
    policy.decide(now);
    expect(policy.startRun(now)).toBe(2);
    policy.onEvent(exited(1));
    expect(policy.decide(now)).toMatchObject({ type: 'later' });
    policy.onCommand(stop);
    policy.startRun(now);
    expect(policy.isOver()).toBe(true);
  });

  it('a code means nothing in a run that was ended for its own failure', () => {
    for (const reason of ['readyTimeout', 'liveness'] as const) {
      const policy = after([stopping(reason), exited(0)], [10], { stopExitCodes: [0] });
      expect(policy.decide(now)).toEqual({ type: 'later', delay: 10, crashes: 1 });
    }
    expect(after([exited(3)], [10], { stopExitCodes: [3] }).decide(now)).toEqual({ type: 'end' });
  });

  it('the last word, when the schedule says never', () => {
    for (const delays of [[], [0]]) {
      const policy = after([exited(1)], delays);
      expect(policy.decide(now)).toEqual({ type: 'giveUp', reason: 'never' });
      expect(policy.isOver()).toBe(true);
    }
  });

  it('the last word at the limit, and a delay again after reset', () => {
    const policy = after([exited(1)], [10], { limit: { max: 1, within: 100 } });
    policy.decide(0);
    policy.startRun(10);
    policy.onEvent(exited(1));
    expect(policy.decide(99)).toEqual({ type: 'giveUp', reason: 'limit' });
    expect(policy.decide(100)).toMatchObject({ type: 'later' });
    policy.onCommand(reset);
    expect(policy.decide(99)).toMatchObject({ type: 'later', crashes: 1 });
  });

  it('counts restarts in a window that slides with them, and not those that were asked for', () => {
    const policy = after([exited(1)], [10], { limit: { max: 2, within: 100 } });
    const decisionAt = (time: number): string => {
      const decision = policy.decide(time);
      policy.startRun(time + 10);
      policy.onEvent(exited(1));
      return decision.type;
    };
    expect([0, 20, 40].map(decisionAt)).toEqual(['later', 'later', 'giveUp']);
    expect(decisionAt(100)).toBe('later');
    expect(decisionAt(110)).toBe('giveUp');
    policy.onCommand(restart);
    expect([decisionAt(120), decisionAt(130)]).toEqual(['now', 'later']);
  });

  it('a restart that was asked for in the back-off is not counted', () => {
    const policy = after([exited(1)], [10], { limit: { max: 1, within: 100 } });
    policy.decide(0);
    policy.onCommand(restart);
    policy.startRun(5);
    policy.onEvent(exited(1));
    expect(policy.decide(6).type).toBe('later');
  });

  it('the first delay again after stable, and no crash for the unreadiness of an earlier run', () => {
    const policy = after([exited(1)]);
    policy.decide(0);
    policy.startRun(10);
    policy.onEvent({ type: 'stable', attempt: 2 });
    policy.onEvent(stopping('readyTimeout'));
    policy.onEvent(exited(0));
    expect(policy.decide(20)).toEqual({ type: 'later', delay: 10, crashes: 1 });
    policy.startRun(30);
    policy.onEvent(exited(0));
    expect(policy.decide(40)).toEqual({ type: 'end' });
  });
});

describe('a restart by hand', () => {
  const crashed = () => {
    const policy = after([exited(1)], [10, 20, 30], { limit: { max: 2, within: 1_000 } });
    for (const time of [20, 40]) {
      policy.decide(time);
      policy.startRun(time);
      policy.onEvent(exited(1));
    }
    return policy;
  };

  it('starts the schedule and the limit over', () => {
    const policy = crashed();
    policy.onCommand(restart);
    policy.decide(60);
    policy.startRun(60);
    policy.onEvent(exited(1));
    expect(policy.decide(70)).toEqual({ type: 'later', delay: 10, crashes: 1 });
  });

  it('not so one by a trigger', () => {
    const policy = crashed();
    policy.onCommand({ ...restart, trigger: 'watch' });
    policy.decide(60);
    policy.startRun(60);
    policy.onEvent(exited(1));
    expect(policy.decide(70)).toEqual({ type: 'giveUp', reason: 'limit' });
  });
});

describe('restartPolicy', () => {
  it('is not over before there was a run', () => {
    const policy = restartPolicy(undefined, {});
    expect(policy.isOver()).toBe(false);
    expect(policy.startRun(0)).toBe(1);
  });

  it('keeps name and number of the last run', () => {
    const policy = after([{ ...spawned, name: 'api' }]);
    expect(policy.origin()).toEqual({ name: 'api', attempt: 1 });
    policy.startRun(now);
    expect(policy.origin()).toEqual({ name: 'api', attempt: 2 });
  });
});
