import { EMPTY, NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { legend, lifecycle, record } from '../../src/testing/index.js';

const { s, x } = legend;
const values = { s: s.event, x: x.event };

describe('record', () => {
  it('writes each event with its time since the subscription, and passes it on', () => {
    const lines: string[] = [];
    lifecycle(({ cold, expectLifecycle }) => {
      const recorded$ = cold('1s s 2s (x|)', values).pipe(record((line) => lines.push(line)));
      expectLifecycle(recorded$, '5s ^').toBe('6s s 2s (x|)');
    });
    expect(lines).toEqual([
      '{"at":1000,"type":"spawned","pid":1,"attempt":1}\n',
      '{"at":3001,"type":"exited","code":1,"signal":null,"uptime":0,"expected":false,"attempt":1}\n',
    ]);
  });

  it('takes never, empty, an error, and an early unsubscription', () => {
    const lines: string[] = [];
    lifecycle(({ cold, expectLifecycle, expectSubscriptions }) => {
      const taking = record((line) => lines.push(line));
      expectLifecycle(NEVER.pipe(taking)).toBe('');
      expectLifecycle(EMPTY.pipe(taking)).toBe('|');
      expectLifecycle(throwError(() => new Error('no')).pipe(taking)).toBe('#');
      const source$ = cold('s--s', values);
      expectLifecycle(source$.pipe(taking), '--!').toBe('s');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
    expect(lines).toHaveLength(1);
  });

  it('fails with what the writing throws', () => {
    const failing = record(() => {
      throw new Error('disk full');
    });
    let message = '';
    of(s.event)
      .pipe(failing)
      .subscribe({ error: (error: unknown) => (message = String(error)) });
    expect(message).toBe('Error: disk full');
  });
});
