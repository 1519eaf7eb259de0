import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { SupervisorEvent } from '../../../src/index.js';
import { arg, command, type SessionBase, type SessionConsole } from '../../../src/session/index.js';
import { createConsole } from '../../../src/session/console/createConsole.js';
import { of } from 'rxjs';

interface Rig {
  readonly console: SessionConsole;
  readonly calls: unknown[][];
  readonly event$: Subject<SupervisorEvent>;
}

const greet = command(
  'greet',
  [arg.text('WHOM', () => ['world', 'moon']), arg.optional(arg.whole('TIMES', 1, 3))],
  'says hello',
  async (_session, whom, times = 1) => `hello ${whom}`.repeat(times),
);

function rig(): Rig {
  const calls: unknown[][] = [];
  const event$ = new Subject<SupervisorEvent>();
  const status = { name: 'web', state: 'online', since: 0, pid: 7, attempt: 2, restarts: 1, crashes: 0 } as const;
  const session = {
    child: { event$, status$: of({ ...status, lastExit: { code: 3, signal: null, uptime: 1 } }) },
    settings: () => ({ polling: 10, 'port.server': 80, 'port.socket': 81 }),
    endSession: async (...args: unknown[]) => calls.push(['end', ...args]),
    restart: async (...args: unknown[]) => {
      calls.push(['restart', ...args]);
      return status;
    },
    set: async (...args: unknown[]) => {
      calls.push(['set', ...args]);
      if (args[1] === 81) throw new Error('port.server: 81 is port.socket already.');
    },
  } as unknown as SessionBase;
  const odd = command('odd', [], 'gives an object', () => ({ odd: 1 }));
  return { console: createConsole(session, [greet, odd]), calls, event$ };
}

describe('a console runs', () => {
  it.each([
    ['exit clean', [['end', 'the console', { graceful: true }]]],
    ['exit force', [['end', 'the console', { graceful: false }]]],
    ['restart clean', [['restart', { force: false }]]],
    ['  restart   force ', [['restart', { force: true }]]],
    ['set port server 8080', [['set', 'port.server', 8080, { restart: false }]]],
    ['set port server 8080 restart', [['set', 'port.server', 8080, { restart: true }]]],
    ['set polling 500', [['set', 'polling', 500, { now: false }]]],
    ['set polling 500 now', [['set', 'polling', 500, { now: true }]]],
    ['', []],
  ])('%s', async (line, expected) => {
    const { console, calls } = rig();
    await console.run(line);
    expect(calls).toEqual(expected);
  });

  it('status, logs, help, and the application’s own', async () => {
    const { console, event$ } = rig();
    expect(await console.run('status')).toBe(
      'web online, pid 7, restarts 1, crashes 0, last exit code 3\npolling 10\nport.server 80\nport.socket 81',
    );
    expect(await console.run('logs')).toBeUndefined();
    event$.next({ type: 'output', stream: 'stdout', text: 'one\ntwo\nthree\n', id: 1, attempt: 1 });
    expect(await console.run('logs 2')).toBe('two\nthree');
    expect(await console.run('greet world')).toBe('hello world');
    expect(await console.run('odd')).toBe('{ odd: 1 }');
    expect(await console.run('help')).toContain('greet WHOM [TIMES]         says hello\n');
    expect(JSON.parse(JSON.stringify(console.help))).toEqual(console.help);
    expect(console.help.map(({ usage }) => usage)).toEqual([
      'greet WHOM [TIMES]',
      'odd',
      'exit clean|force',
      'restart clean|force',
      'set port NAME N [restart]',
      'set polling N [now]',
      'status',
      'logs [N]',
      'help',
    ]);
  });

  it('and keeps no more than a thousand lines', async () => {
    const { console, event$ } = rig();
    const text = Array.from({ length: 3_000 }, (_, n) => `${n}\n`).join('');
    event$.next({ type: 'output', stream: 'stdout', text, id: 1, attempt: 1 });
    expect((await console.run('logs 5000'))?.split('\n')).toHaveLength(1_000);
  });
});

describe('a console refuses', () => {
  it.each([
    ['exti clean', "'exti clean' is not a command. Did you mean 'exit'?"],
    ['frobnicate', "'frobnicate' is not a command. Say 'help'."],
    ['set', "'set' is not a command. Usage: set port NAME N [restart], or set polling N [now]"],
    ['exit', 'exit: clean|force is missing. Usage: exit clean|force'],
    ['exit now', "exit: 'now' is not clean|force. Usage: exit clean|force"],
    ['set port server 99999', "set port: '99999' is not N. Usage: set port NAME N [restart]"],
    ['set polling 1.5', "set polling: '1.5' is not N. Usage: set polling N [now]"],
    ['set polling 10 later', "set polling: 'later' is not [now]. Usage: set polling N [now]"],
    ['status all', "status: 'all' is one too many. Usage: status"],
    ['greet world 4', "greet: '4' is not [TIMES]. Usage: greet WHOM [TIMES]"],
    ['set port server 81', 'port.server: 81 is port.socket already.'],
  ])('%s', async (line, message) => {
    await expect(rig().console.run(line)).rejects.toThrow(message);
  });
});

describe('a console completes', () => {
  it.each([
    ['', ['greet ', 'odd ', 'exit ', 'restart ', 'set ', 'status ', 'logs ', 'help '], ''],
    ['ex', ['exit '], 'ex'],
    ['exit ', ['clean ', 'force '], ''],
    ['exit f', ['force '], 'f'],
    ['set ', ['port ', 'polling '], ''],
    ['set port ', ['server ', 'socket '], ''],
    ['set port so', ['socket '], 'so'],
    ['set port socket 81 ', ['restart '], ''],
    ['set polling 5 n', ['now '], 'n'],
    ['greet m', ['moon '], 'm'],
    ['nothing ', [], ''],
    ['exit clean ', [], ''],
  ])('%o', (line, words, part) => {
    expect(rig().console.complete(line)).toEqual([words, part]);
  });

  it('and is only data: nothing is run', () => {
    const run = vi.fn();
    const { calls, console } = rig();
    console.complete('exit clean');
    expect([calls, run.mock.calls]).toEqual([[], []]);
  });
});
