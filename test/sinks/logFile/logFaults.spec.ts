import fc from 'fast-check';
import { concatMap, defer, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../src/sinks/logFile/openLog.js';
import { fakeWorld } from '../../fakeEffects.js';

const path = '/logs/a.log';

/** A write by one of two, what the disk does from then on, and how many ms pass after that. */
const step = fc.record({
  writer: fc.nat({ max: 1 }),
  lines: fc.integer({ min: 0, max: 4 }),
  atMost: fc.constantFrom(1, 2, 3, 7, Infinity),
  error: fc.constantFrom(undefined, undefined, undefined, 'EAGAIN', 'ENOSPC', 'EIO'),
  act: fc.constantFrom('none', 'none', 'none', 'reopen', 'rename', 'remove'),
  gap: fc.integer({ min: 0, max: 300 }),
});

describe('a log file, whatever the disk does', () => {
  it('has every line whole, once and in its order, or says that it dropped it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat({ max: 20 }), (steps, delay) => {
        const { effects, disk } = fakeWorld();
        const kept: string[] = [];
        const counts = [0, 0];
        const dropped = [0, 0];
        let pending = 0;
        let completed = 0;
        const slow = {
          ...effects,
          write$: (...args: Parameters<typeof effects.write$>) =>
            defer(() => timer(delay)).pipe(concatMap(() => effects.write$(...args))),
        };
        new TestScheduler(() => undefined).run(() => {
          const logs = [0, 1].map((writer) => {
            const log = openLog(path, slow);
            log.failure$.subscribe({
              next: (failure) => (dropped[writer]! += failure.dropped),
              complete: () => (completed += 1),
            });
            return log;
          });
          let at = 0;
          for (const { writer, lines, atMost, error, act, gap } of steps) {
            timer(at).subscribe(() => {
              disk.atMost = atMost;
              disk.writeError = error;
              if (act === 'reopen') logs[writer]!.reopen();
              // What was written before a rename is looked at under the new name.
              if (act !== 'none' && act !== 'reopen' && disk.names().includes(path)) {
                kept.push(`/old/${kept.length}`);
                disk.rename(path, kept.at(-1)!);
              }
              const text = Array.from({ length: lines }, () => `${writer} ${(counts[writer]! += 1)}\n`).join('');
              if (text === '') return;
              pending += 1;
              logs[writer]!.write([Buffer.from(text)], () => (pending -= 1));
            });
            at += gap;
          }
          timer(at).subscribe(() => {
            for (const log of logs) log.close();
          });
        });
        expect({ pending, completed, open: disk.descriptors(), logs: effects.logs.size }).toEqual({
          ...{ pending: 0, completed: 2, open: 0, logs: 0 },
        });
        // Joined: a line that a failing disk took half of, before the file was renamed, goes on in the new one.
        const text = [...kept, path].map(disk.text).join('');
        const lines = text.split('\n').slice(0, -1);
        for (const writer of [0, 1]) {
          const its = lines
            .filter((line) => line.startsWith(`${writer} `) && /^\d \d+$/.test(line))
            .map((line) => Number(line.slice(2)));
          // Half a line may stand where the second half never could be written.
          expect(its.every((n, at) => at === 0 || n > its[at - 1]!)).toBe(true);
          expect(its.length + dropped[writer]!).toBeGreaterThanOrEqual(counts[writer]!);
          if (dropped[0] === 0 && dropped[1] === 0)
            expect(its).toEqual(Array.from({ length: counts[writer]! }, (_, n) => n + 1));
        }
        if (dropped[0] === 0 && dropped[1] === 0) expect(lines).toHaveLength(counts[0]! + counts[1]!);
      }),
      { numRuns: 200 },
    );
  });
});
