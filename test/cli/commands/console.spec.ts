import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { exitCodeOf } from '../../../src/cli/cliError.js';
import { openConsole } from '../../../src/cli/commands/console.js';
import type { RemoteConsole } from '../../../src/control/index.js';
import { fakeWorld } from '../../fakeEffects.js';
import { folder, type Rig, rig } from '../../control/rig.js';

/** Says what it is asked; `end` ends the session, `hang` never ends. */
function parrot(session: () => Rig): RemoteConsole & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    run: async (line) => {
      lines.push(line);
      if (line === 'bad') throw new Error('bad: no');
      if (line === 'hang') return new Promise(() => undefined);
      if (line === 'quiet') return undefined;
      if (line === 'end') await session().supervisor[Symbol.asyncDispose]();
      if (line === 'crash') session().serving.unsubscribe();
      return `said ${line}`;
    },
    complete: (line) => [[`${line}!`], line],
  };
}

/** Managers by name; those called session… have a console. */
async function user(...names: string[]) {
  vi.stubEnv('RXVISOR_HOME', folder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const rigs: Rig[] = [];
  const consoles: ReturnType<typeof parrot>[] = [];
  for (const name of names) {
    const console = parrot(() => rigs[0]!);
    if (name.startsWith('session')) consoles.push(console);
    rigs.push(await rig([{ command: 'sleep' }], fakeWorld(), { name, ...(consoles.includes(console) && { console }) }));
  }
  return { rigs, lines: () => consoles.flatMap(({ lines }) => lines) };
}

/** Opens it as the command does: what is typed, and how it ends. */
function open(word: string | undefined, options: { readonly timeout?: number; readonly isTTY?: boolean } = {}) {
  const { timeout, isTTY = false } = options;
  const said = { out: '', err: '', screen: '' };
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = new PassThrough();
  stdout.setEncoding('utf8').on('data', (text: string) => (said.screen += text));
  const io = {
    print: (text: string) => {
      said.out += text;
      return true;
    },
    drained: async () => Promise.resolve(),
    warn: (text: string) => void (said.err += `${text}\n`),
    view: { live: false, paint: (_: unknown, text: string) => text },
    unicode: true,
    columns: Infinity,
  };
  const streams = { stdin, stdout } as unknown as Pick<NodeJS.Process, 'stdin' | 'stdout'>;
  const code = openConsole(word, { ...(timeout !== undefined && { timeout }) }, io, streams).then(
    () => 0,
    (error: unknown) => {
      said.err += `${(error as Error).message}\n`;
      return exitCodeOf(error);
    },
  );
  return { said, stdin, code, ended: async () => ({ code: await code, ...said }) };
}

/** All of stdin at once. */
async function pipe(text: string, word?: string, timeout?: number) {
  const { stdin, ended } = open(word, { ...(timeout !== undefined && { timeout }) });
  stdin.end(text);
  return ended();
}

describe('rxvisor console, in a pipe', () => {
  it('runs the lines one by one, and prints what they give', async () => {
    const { lines } = await user('session');
    expect(await pipe('one\n\n  \nquiet\ntwo')).toMatchObject({ code: 0, out: 'said one\nsaid two\n', err: '' });
    expect(lines()).toEqual(['one', 'quiet', 'two']);
  });

  it('goes on after a line that fails, and fails in the end', async () => {
    await user('session');
    expect(await pipe('bad\ntwo\n')).toMatchObject({
      code: 1,
      out: 'said two\n',
      err: 'bad: bad: no\nsession: 1 line failed.\n',
    });
  });

  it('ends with the session, though more could come; lines behind that are mistakes', async () => {
    const { lines } = await user('session');
    const { stdin, ended } = open(undefined);
    stdin.write('end\n');
    expect(await ended()).toMatchObject({ code: 0, err: '' });
    expect(lines()).toEqual(['end']);
    await user('session');
    expect(await pipe('end\ntwo\n')).toMatchObject({ code: 1, err: 'two: not run. The session has ended.\n' });
  });

  it('says so when the manager goes away, between lines and during one', async () => {
    const { rigs } = await user('session');
    const first = open(undefined);
    first.stdin.write('one\n');
    await vi.waitFor(() => expect(first.said.out).toBe('said one\n'));
    rigs[0]!.serving.unsubscribe();
    expect(await first.ended()).toMatchObject({
      code: 1,
      err: expect.stringContaining('the manager closed the connection.') as string,
    });
    await user('session');
    expect(await pipe('crash\n')).toMatchObject({
      code: 1,
      err: expect.stringContaining('the manager closed the connection.') as string,
    });
  });

  it('gives up an answer after the timeout, and what follows it', async () => {
    const { lines } = await user('session');
    expect(await pipe('one\nhang\ntwo\n', undefined, 100)).toMatchObject({
      code: 124,
      out: 'said one\n',
      err: '--timeout: not done within 100 ms. The manager may still complete the command.\n',
    });
    expect(lines()).toEqual(['one', 'hang']);
  });
});

describe('rxvisor console, of which manager', () => {
  it('by name or pid, or the only one that has a console', async () => {
    await user('session', 'plain');
    for (const word of [undefined, 'session', String(process.pid)]) {
      expect(await pipe('one\n', word)).toMatchObject({ code: 0, out: 'said one\n' });
    }
  });

  it('of several one has to be said', async () => {
    await user('session1', 'session2', 'plain');
    const { code, err } = await pipe('one\n');
    expect(code).toBe(2);
    expect(err).toContain('console: several managers have a console. Give one of: ');
    for (const name of ['session1', 'session2']) expect(err).toContain(`${process.pid} (${name})`);
    expect(err).not.toContain('plain');
    expect(await pipe('one\n', 'session2')).toMatchObject({ code: 0, out: 'said one\n' });
  });

  it('one that is no session has none, and one that is not there is not', async () => {
    await user('plain', 'session');
    expect(await pipe('one\n', 'plain')).toMatchObject({
      code: 1,
      err: 'plain: this manager has no console. Only a session that serves control has one. For other managers, use list, logs, restart or events.\n',
    });
    expect(await pipe('one\n', 'sesion')).toMatchObject({
      code: 3,
      err: "sesion: no such manager. Did you mean 'session'?\n",
    });
    await user('plain');
    expect(await pipe('one\n')).toMatchObject({
      code: 3,
      err: 'no manager has a console. Only a session that serves control has one.\n',
    });
  });
});

describe('rxvisor console, on a terminal', () => {
  it('prompts, runs, reports errors, and goes on', async () => {
    await user('session');
    const { said, stdin, ended } = open(undefined, { isTTY: true });
    await vi.waitFor(() => expect(said.screen).toBe('session> '));
    stdin.write('one\n');
    await vi.waitFor(() => expect(said.screen).toBe('session> said one\nsession> '));
    stdin.write('bad\n');
    await vi.waitFor(() => expect(said.screen).toMatch(/bad: no\nsession> $/));
    stdin.end();
    expect(await ended()).toMatchObject({ code: 0, err: '' });
  });

  it('is left by Ctrl-D, with a line that has no answer yet', async () => {
    const { lines } = await user('session');
    const { said, stdin, ended } = open(undefined, { isTTY: true });
    await vi.waitFor(() => expect(said.screen).toBe('session> '));
    stdin.write('hang\n');
    await vi.waitFor(() => expect(lines()).toEqual(['hang']));
    stdin.end();
    expect(await ended()).toMatchObject({ code: 0, err: '' });
    await new Promise(setImmediate);
    expect(said.screen).toBe('session> ');
  });

  it('ends with the session', async () => {
    await user('session');
    const { said, stdin, ended } = open(undefined, { isTTY: true });
    await vi.waitFor(() => expect(said.screen).toBe('session> '));
    stdin.write('end\n');
    expect(await ended()).toMatchObject({ code: 0, err: 'session: the session has ended.\n' });
    expect(said.screen.match(/session> /g)).toHaveLength(1);
  });

  it('says so when the manager goes away', async () => {
    const { rigs } = await user('session');
    const { said, stdin, ended } = open(undefined, { isTTY: true });
    await vi.waitFor(() => expect(said.screen).toBe('session> '));
    stdin.write('hang\n');
    rigs[0]!.serving.unsubscribe();
    expect(await ended()).toMatchObject({ code: 1 });
    expect(said.err).toContain('the manager closed the connection.');
  });
});

describe('the console over the control socket', () => {
  it('is there for apps, too; a manager without one refuses', async () => {
    const path = join(folder(), 'a.sock');
    const console = parrot(() => served);
    const served: Rig = await rig([], fakeWorld(), { path, console });
    const control = await served.connect();
    expect(control.manager.console).toBe(true);
    expect(await control.console.run('one')).toBe('said one');
    expect(await control.console.run('quiet')).toBeUndefined();
    expect(await control.console.complete('on')).toEqual([['on!'], 'on']);
    await expect(control.console.run('bad')).rejects.toThrow('bad: no');
    const plain = await (await rig([])).connect();
    expect(plain.manager).not.toHaveProperty('console');
    await expect(plain.console.run('one')).rejects.toMatchObject({
      code: 'ERR_OPTION',
      message: expect.stringContaining('console: this manager has no console.') as string,
    });
    await expect(plain.console.complete('one')).rejects.toThrow('console: this manager has no console.');
  });

  it('its end is sent at once, also by a process that exits right after', async () => {
    const served = await rig([{ command: 'sleep' }]);
    const { socket, received } = await served.raw();
    const frames = [
      { jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, version: 'x' } },
      { jsonrpc: '2.0', id: 2, method: 'subscribe', params: { stream: 'end', id: 7 } },
    ].map((message) => JSON.stringify(message));
    for (const text of frames) socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    await vi.waitFor(() => expect(received()).toContain('"id":2'));
    await served.supervisor[Symbol.asyncDispose]();
    served.serving.unsubscribe();
    if (!socket.closed) await once(socket, 'close');
    expect(received()).toContain('{"jsonrpc":"2.0","method":"complete","params":{"id":7}}');
  });
});
