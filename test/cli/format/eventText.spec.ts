import { describe, expect, it } from 'vitest';
import { eventText } from '../../../src/cli/format/eventText.js';
import { painter } from '../../../src/cli/format/paint.js';
import type { ChildEvent } from '../../../src/index.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const plain = { live: false, paint: painter(false) };
const live = { live: true, paint: painter(false) };
const origin = { id: 1, name: 'api', attempt: 1 };
const exited = { type: 'exited', uptime: 2_300, ...origin } as const;

describe('eventText', () => {
  it.each<[ChildEvent, string]>([
    [{ type: 'spawned', pid: 42, ...origin }, 'started, pid 42'],
    [{ type: 'spawned', pid: 42, ...origin, attempt: 3 }, 'started, pid 42, run 3'],
    [
      { type: 'spawnFailed', code: 'ENOENT', message: 'spawn nope ENOENT', ...origin },
      'failed to start: spawn nope ENOENT',
    ],
    [{ type: 'ready', ...origin }, 'ready'],
    [{ type: 'message', message: { progress: 1 }, ...origin }, 'message {"progress":1}'],
    [{ type: 'stable', ...origin }, 'stable: the back-off schedule starts over'],
    [{ ...exited, code: 7, signal: null, expected: false }, 'ended: code 7 after 2.3s'],
    [{ ...exited, code: null, signal: 'SIGTERM', expected: true }, 'ended: SIGTERM after 2.3s'],
    [{ type: 'backingOff', delay: 900_000, crashes: 8, ...origin }, 'backing off 15m after crash 8'],
    [{ type: 'stopping', reason: 'stop', ...origin }, 'stopping'],
    [{ type: 'stopping', reason: 'restart', ...origin }, 'restarting'],
    [{ type: 'stopping', reason: 'restart', trigger: 'watch', ...origin }, 'restarting (watch)'],
    [{ type: 'stopping', reason: 'liveness', ...origin }, 'stopping: no longer answers'],
    [{ type: 'stopping', reason: 'fail', ...origin }, 'stopping: reported as failed'],
    [{ type: 'stopping', reason: 'readyTimeout', ...origin }, 'stopping: not ready in time'],
    [
      { type: 'stopping', reason: 'leftover', ...origin },
      'ended and left processes behind: stopping them. Configure the program to stay in the foreground (nginx: daemon off)',
    ],
    [
      { type: 'killed', signal: 'SIGKILL', ...origin },
      'did not stop within its grace period; killed its process group (SIGKILL)',
    ],
    [{ type: 'gaveUp', reason: 'limit', ...origin }, 'failed: restart limit reached (limit)'],
    [{ type: 'gaveUp', reason: 'never', ...origin }, 'failed: no restarts (restartAt)'],
    [{ type: 'gaveUp', reason: 'permanent', ...origin }, 'failed: no restart after this exit (giveUpOn)'],
    [{ type: 'gaveUp', reason: 'dependency', ...origin }, 'failed: a dependency will never be ready'],
    [{ type: 'stoppingAll', reason: 'exit', code: 0, signal: null, ...origin }, 'has ended: stopping all services'],
    [{ type: 'stoppingAll', reason: 'failure', code: 1, signal: null, ...origin }, 'has failed: stopping all services'],
    [
      { type: 'logFailed', path: '/a.log', code: 'EACCES', message: "EACCES, open '/a.log'", dropped: 0, ...origin },
      "log failed: EACCES, open '/a.log'",
    ],
    [
      { type: 'logFailed', path: '/a.log', code: 'ENOSPC', message: 'ENOSPC, write', dropped: 3, ...origin },
      'log failed: ENOSPC, write, 3 lines lost',
    ],
    [
      { type: 'triggerFailed', trigger: 'watch', code: 'ENOSPC', message: 'no watches left', ...origin },
      'watch failed: no watches left',
    ],
    [
      { type: 'guardianFailed', code: 'EAGAIN', message: 'spawn /bin/sh EAGAIN', ...origin },
      'guardian failed: spawn /bin/sh EAGAIN. The manager tries again. Until then, this child outlives a killed manager',
    ],
    [
      { type: 'daemonized', pids: [7, 8], ...origin },
      'seems to run in the background, unsupervised: pid 7, 8. Configure the program to stay in the foreground (nginx: daemon off)',
    ],
    [{ type: 'refused', command: 'signal', reason: 'not running', ...origin }, 'refused signal: not running'],
  ])('%o', (event, said) => {
    expect(eventText({ ...event, id: 1 }, now, plain)).toBe(`2026-01-02T03:04:05.678Z api ${said}\n`);
  });

  it('puts the name before each line of output, and no time', () => {
    const output = { type: 'output', stream: 'stderr', text: 'one\r\n\ntwo\n', ...origin } as const;
    expect(eventText(output, now, plain)).toBe('api: one\napi: \napi: two\n');
    expect(eventText({ type: 'output', stream: 'stdout', text: 'x\n', id: 5, attempt: 1 }, now, plain)).toBe('#5: x\n');
  });

  it('passes output on as it is, but for a terminal takes out what would move the cursor', () => {
    const output = { type: 'output', stream: 'stdout', text: '\u001B[2J\u001B[31mred\n', ...origin } as const;
    expect(eventText(output, now, plain)).toBe('api: \u001B[2J\u001B[31mred\n');
    expect(eventText(output, now, live)).toBe('api: \u001B[31mred\u001B[0m\n');
  });

  it('is one line whatever a message holds', () => {
    const failed = { type: 'spawnFailed', code: 'X', message: 'one\n  two\u001B[2J', ...origin } as const;
    const text = eventText(failed, now, plain);
    expect(text).toBe('2026-01-02T03:04:05.678Z api failed to start: one two\\u001b[2J\n');
  });

  it('paints a crash red, and an end that was asked for not', () => {
    const painted = { live: true, paint: painter(true) };
    const crash = eventText({ ...exited, code: 1, signal: null, expected: false }, now, painted);
    const stop = eventText({ ...exited, code: null, signal: 'SIGTERM', expected: true }, now, painted);
    const end = eventText({ ...exited, code: 0, signal: null, expected: false }, now, painted);
    expect([crash, stop, end].map((text) => text.includes('\u001B[31m'))).toEqual([true, false, false]);
  });
});
