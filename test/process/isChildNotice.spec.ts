import { describe, expect, it } from 'vitest';
import { isChildNotice } from '../../src/process/messageSender.js';

describe('isChildNotice', () => {
  it.each([{ rxvisor: 'hello' }, { rxvisor: 'ready' }, { rxvisor: 'listening' }])('%o is one', (message) => {
    expect(isChildNotice(message)).toBe(true);
  });

  it.each([undefined, null, 'hello', 7, {}, { rxvisor: 'bye' }, { rxvisor: 'hello', more: 1 }, ['hello']])(
    '%o is the child’s own',
    (message) => {
      expect(isChildNotice(message)).toBe(false);
    },
  );
});
