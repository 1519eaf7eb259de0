import { expect, it } from 'vitest';
import { deadlines } from '../../src/pool/deadlines.js';
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
