import { expect, it } from 'vitest';
import { type Deadline, deadlines } from '../../src/pool/deadlines.js';
import { virtually } from '../operators/virtually.js';

it('are due in their time, share a timer by duration, and leave none', () => {
  virtually(({ clock, now }) => {
    const { set } = deadlines(clock);
    const told: string[] = [];
    const at = (name: string) => (): void => void told.push(`${now()} ${name}`);
    set(10, at('a'));
    const b = set(10, at('b'));
    clock.schedule(() => void set(10, at('c')), 5);
    set(3, () => {
      at('d')();
      set(3, at('e'));
    });
    expect(clock.armed()).toBe(3);
    b.clear();
    b.clear();
    clock.schedule(() => {
      expect(told).toEqual(['3 d', '6 e', '10 a', '15 c']);
      // The two of this test's own.
      expect(clock.armed()).toBe(2);
      const last = set(7, at('f'));
      last.clear();
      expect(clock.armed()).toBe(2);
    }, 20);
  });
});

it('are on time, too, when one that is due sets or takes back another', () => {
  virtually(({ clock, now }) => {
    const { set } = deadlines(clock);
    const told: string[] = [];
    const at = (name: string) => (): void => void told.push(`${now()} ${name}`);
    set(10, () => {
      at('a')();
      set(10, at('c'));
    });
    clock.schedule(() => {
      set(10, at('b'));
      set(10, () => never.clear());
      const never = set(10, at('never'));
    }, 2);
    clock.schedule(() => expect(told).toEqual(['10 a', '12 b', '20 c']), 30);
  });
});

it('leave none when the last one that is due takes back the last', () => {
  virtually(({ clock }) => {
    const { set } = deadlines(clock);
    const later: Deadline[] = [];
    set(10, () => later.forEach(({ clear }) => clear()));
    clock.schedule(() => later.push(set(10, () => expect.unreachable())), 5);
    clock.schedule(() => {
      // The two of this test's own.
      expect(clock.armed()).toBe(2);
    }, 11);
  });
});
