import { PassThrough } from 'node:stream';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openScreen } from '../../../src/cli/manager/screen.js';
import type { ConsoleFailure } from '../../../src/sinks/consoleOutput.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const terminal = (more: object = {}) =>
  Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40, ...more });
const pipe = () => new PassThrough();

function shown(stdout: Parameters<typeof openScreen>[0] = terminal(), env: Record<string, string> = {}) {
  const waiting: { readonly text: string; readonly done: (failure?: ConsoleFailure) => void }[] = [];
  const reports: string[] = [];
  const output = {
    write: (text: string | Uint8Array, done: (failure?: ConsoleFailure) => void) =>
      void waiting.push({ text: String(text), done }),
    held: () => waiting.reduce((sum, { text }) => sum + text.length, 0),
  };
  const screen = openScreen(stdout, env, {
    output,
    report: (problem) => reports.push(problem),
    scheduler: asyncScheduler,
  });
  const settle = (code?: string): void => {
    waiting.shift()?.done(code === undefined ? undefined : { code, message: `${code}: it failed` });
  };
  return { screen, reports, settle, texts: () => waiting.map(({ text }) => text) };
}

describe('screenOf', () => {
  it('is live on a terminal, unless that can do nothing', () => {
    expect(shown(terminal(), { TERM: 'xterm' }).screen.live).toBe(true);
    expect(shown(terminal(), { TERM: 'dumb' }).screen.live).toBe(false);
    expect(shown(pipe(), { TERM: 'xterm' }).screen.live).toBe(false);
  });

  it('has colours on a terminal, unless NO_COLOR says otherwise', () => {
    expect(shown(terminal(), {}).screen.colours).toBe(true);
    expect(shown(terminal(), { NO_COLOR: '' }).screen.colours).toBe(true);
    expect(shown(terminal(), { NO_COLOR: '1' }).screen.colours).toBe(false);
    expect(shown(pipe()).screen.colours).toBe(false);
  });

  it('knows its size at any time, or takes the usual one', () => {
    const stdout = terminal();
    const { screen } = shown(stdout);
    expect(screen.size()).toEqual({ columns: 120, rows: 40 });
    stdout.columns = 80;
    expect(screen.size()).toEqual({ columns: 80, rows: 40 });
    expect(shown(terminal({ columns: 0, rows: 0 })).screen.size()).toEqual({ columns: 80, rows: 24 });
    expect(shown(pipe()).screen.size()).toEqual({ columns: 80, rows: 24 });
  });

  it('passes on a new size, and survives every error of the stream', () => {
    const stdout = terminal();
    const { screen } = shown(stdout);
    const seen: string[] = [];
    const resizing = screen.resized$.subscribe(() => seen.push('resized'));
    stdout.emit('resize');
    resizing.unsubscribe();
    stdout.emit('error', new Error('EPIPE'));
    expect([seen, stdout.listenerCount('resize')]).toEqual([['resized'], 0]);
  });

  it('pauses the children while a megabyte waits', () => {
    const { screen, settle } = shown();
    const full: boolean[] = [];
    screen.flow.full$.subscribe((now) => full.push(now));
    screen.write('x'.repeat(2 ** 20));
    expect([full, screen.busy()]).toEqual([[false, true], true]);
    settle();
    expect([full, screen.busy()]).toEqual([[false, true, false], false]);
  });

  it.each(['EPIPE', 'ECONNRESET'])('%s: the reader has left, which is news once', (code) => {
    const { screen, settle, reports } = shown();
    let gone = 0;
    screen.gone$.subscribe(() => (gone += 1));
    for (const text of ['one\n', 'two\n', 'three\n']) screen.write(text);
    settle();
    settle(code);
    settle('ERR_STREAM_DESTROYED');
    screen.flushed$.subscribe();
    expect([gone, reports]).toEqual([1, []]);
  });

  it.each(['ENOSPC', 'EIO', 'ERR_FULL'])('%s: the services run on; it is reported once, and counted', (code) => {
    const { screen, settle, reports } = shown();
    let gone = 0;
    screen.gone$.subscribe(() => (gone += 1));
    for (const text of ['one\ntwo\n', 'three\n', 'four\n']) screen.write(text);
    settle(code);
    settle(code);
    settle();
    expect([gone, reports]).toEqual([
      0,
      [`stdout: ${code}: it failed. The services go on; output that cannot be printed is dropped.`],
    ]);
    screen.flushed$.subscribe();
    expect(reports[1]).toBe('stdout: 3 lines not printed.');
  });

  it('at the end waits for a reader that is slow, and not for one that is stuck', () => {
    const { screen, settle } = shown();
    let over = false;
    for (let i = 0; i < 10; i += 1) screen.write('text\n');
    screen.flushed$.subscribe({ complete: () => (over = true) });
    for (let i = 0; i < 9; i += 1) {
      vi.advanceTimersByTime(400);
      expect(over).toBe(false);
      settle();
    }
    vi.advanceTimersByTime(600);
    expect([over, screen.busy()]).toEqual([true, true]);
  });
});
