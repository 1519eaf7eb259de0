import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { screenOf } from '../../src/cli/screenOf.js';

const terminal = (more: object = {}) =>
  Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40, ...more });

describe('screenOf', () => {
  it('is live on a terminal, unless that can do nothing', () => {
    expect(screenOf(terminal(), { TERM: 'xterm' }).live).toBe(true);
    expect(screenOf(terminal(), { TERM: 'dumb' }).live).toBe(false);
    expect(screenOf(new PassThrough(), { TERM: 'xterm' }).live).toBe(false);
  });

  it('has colours on a terminal, unless NO_COLOR says otherwise', () => {
    expect(screenOf(terminal(), {}).colours).toBe(true);
    expect(screenOf(terminal(), { NO_COLOR: '' }).colours).toBe(true);
    expect(screenOf(terminal(), { NO_COLOR: '1' }).colours).toBe(false);
    expect(screenOf(new PassThrough(), {}).colours).toBe(false);
  });

  it('knows its size at any time, or takes the usual one', () => {
    const stdout = terminal();
    const screen = screenOf(stdout, {});
    expect(screen.size()).toEqual({ columns: 120, rows: 40 });
    stdout.columns = 80;
    expect(screen.size()).toEqual({ columns: 80, rows: 40 });
    expect(screenOf(terminal({ columns: 0, rows: 0 }), {}).size()).toEqual({ columns: 80, rows: 24 });
    expect(screenOf(new PassThrough(), {}).size()).toEqual({ columns: 80, rows: 24 });
  });

  it('writes, tells of a new size and of nobody reading, and survives every EPIPE', () => {
    const stdout = terminal();
    const screen = screenOf(stdout, {});
    const told: string[] = [];
    const resizing = screen.resized$.subscribe(() => told.push('resized'));
    const going = screen.gone$.subscribe(() => told.push('gone'));
    screen.write('text');
    stdout.emit('resize');
    stdout.emit('error', new Error('EPIPE'));
    resizing.unsubscribe();
    going.unsubscribe();
    stdout.emit('error', new Error('EPIPE'));
    expect(String(stdout.read())).toBe('text');
    expect(told).toEqual(['resized', 'gone']);
  });
});
