import { describe, expect, it } from 'vitest';
import { labelAmong, labelOf } from '../../../src/cli/format/label.js';

describe('labelOf', () => {
  it('is the name, or the id of a service without one', () => {
    expect(labelOf({ name: 'api', id: 3 }).text).toBe('api');
    expect(labelOf({ id: 3 }).text).toBe('#3');
  });

  it('escapes what would garble a screen, or deceive who reads it', () => {
    expect(labelOf({ name: '\u001B[31mred\nname\u202Egpj', id: 1 }).text).toBe('\\u001b[31mred\\u000aname\\u202egpj');
  });

  it('has one colour for one id, and others beside it', () => {
    const colours = [1, 2, 3, 4, 5].map((id) => labelOf({ id }).colour);
    expect(new Set(colours).size).toBe(5);
    expect(labelOf({ id: 6 }).colour).toBe(colours[0]);
  });
});

describe('labelAmong', () => {
  const daemon = { pid: 10, name: 'daemon' };
  const app = { pid: 20, name: 'app' };

  it('adds the id when several children have the name', () => {
    const children = [{ id: 1, name: 'web' }, { id: 2, name: 'web' }, { id: 3, name: 'job' }, { id: 4 }, { id: 5 }];
    expect(children.map((child) => labelAmong(child, children).text)).toEqual(['web#1', 'web#2', 'job', '#4', '#5']);
  });

  it('adds the manager when children of several managers have the name and id', () => {
    const children = [
      { id: 1, name: 'web', manager: daemon },
      { id: 1, name: 'web', manager: app },
      { id: 2, name: 'web', manager: app },
      { id: 3, manager: daemon },
      { id: 3, manager: app },
    ];
    expect(children.map((child) => labelAmong(child, children).text)).toEqual([
      'web#1@daemon',
      'web#1@20',
      'web#2',
      '#3@daemon',
      '#3@20',
    ]);
  });
});
