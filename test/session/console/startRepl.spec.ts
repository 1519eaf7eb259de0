import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RemoteConsole } from '../../../src/control/index.js';
import { type ReplOptions, startRepl } from '../../../src/session/index.js';

const echo: RemoteConsole = {
  run: async (line) => `said ${line}`,
  complete: (line) => [[`${line}llo `], line],
};

async function repl(console: Partial<RemoteConsole> = {}, options: ReplOptions = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = '';
  output.setEncoding('utf8').on('data', (text: string) => (screen += text));
  const server = await startRepl({ ...echo, ...console }, { input, output, ...options });
  onTestFinished(() => {
    server.close();
  });
  return {
    type: (text: string) => void input.write(text),
    leave: async () => {
      const closed = new Promise((resolve) => server.once('close', resolve));
      input.end();
      await closed;
    },
    shows: async (text: string) => vi.waitFor(() => expect(screen).toBe(text)),
    screen: () => screen,
    closed: new Promise((resolve) => server.once('close', resolve)),
  };
}

describe('a console on a terminal', () => {
  it('runs lines, as they are without what surrounds them, and shows what they give', async () => {
    const { type, shows } = await repl();
    await shows('> ');
    type('  hello \n');
    await shows('> said hello\n> ');
  });

  it('shows nothing for nothing, and an error by its message', async () => {
    const run = async (line: string): Promise<undefined> => {
      if (line === 'bad') throw new RangeError('no good');
    };
    const { type, shows } = await repl({ run });
    type('nothing\n');
    await shows('> > ');
    type('bad\n');
    await shows('> > no good\n> ');
  });

  it.each<[string, RemoteConsole['complete'], string]>([
    ['at once', echo.complete, 'hello '],
    ['from far away', async (line) => echo.complete(line), 'hello '],
    [
      'not, when that throws',
      () => {
        throw new Error('no words');
      },
      'he',
    ],
    ['not, when that fails', async () => Promise.reject(new Error('no words')), 'he'],
  ])('completes %s', async (_how, complete, line) => {
    const run = vi.fn(async () => undefined);
    const completed = vi.fn(complete);
    const { type } = await repl({ run, complete: completed }, { terminal: true });
    type('he');
    type('\t');
    await vi.waitFor(() => expect(completed).toHaveBeenCalledWith('he'));
    await new Promise(setImmediate);
    type('\r');
    await vi.waitFor(() => expect(run.mock.calls).toEqual([[line.trim()]]));
  });

  it('is closed when what it is for has ended, without one more prompt', async () => {
    let end: (value: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => (end = resolve));
    const run = async (): Promise<string> => {
      end('over');
      return 'too late';
    };
    const { type, closed, screen } = await repl({ run }, { ended });
    type('end\n');
    await closed;
    await new Promise(setImmediate);
    expect(screen()).toBe('> ');
  });

  it('shows no answer that comes after it was left', async () => {
    let answer: (text: string) => void = () => undefined;
    const run = async (): Promise<string> => new Promise((resolve) => (answer = resolve));
    const asked = vi.fn(run);
    const { type, leave, screen } = await repl({ run: asked });
    type('slow\n');
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await leave();
    answer('too late');
    await new Promise(setImmediate);
    expect(screen()).toBe('> ');
  });
});
