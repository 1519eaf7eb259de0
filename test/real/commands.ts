import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from './bench.js';

export const main: string = resolve('dist/cli/main.js');
export const hasPython: boolean =
  spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly pid?: number;
  readonly state: string;
  readonly restarts: number;
  readonly manager: { readonly pid: number; readonly name?: string };
}

/** The commands of a user who has nothing yet. */
export interface Commands {
  readonly home: string;
  readonly begin: (...args: string[]) => Program;
  readonly onTerminal: (columns: number, ...args: string[]) => Program;
  /** To its end. */
  readonly run: (...args: string[]) => Promise<Ended>;
  readonly list: () => Promise<readonly Row[]>;
  /** Ends all managers. */
  readonly end: () => Promise<void>;
}

export function commands(): Commands {
  const home = folder();
  const env = { RXVISOR_HOME: home };
  const begin = (...args: string[]): Program => start(process.execPath, [main, ...args], env);
  const run = async (...args: string[]): Promise<Ended> => {
    const program = begin(...args);
    const { code } = await program.ended;
    return { code, out: program.stdout(), err: program.stderr() };
  };
  const list = async (): Promise<readonly Row[]> => JSON.parse((await run('list', '--json')).out) as readonly Row[];
  return {
    home,
    begin,
    run,
    list,
    onTerminal: (columns, ...args) =>
      start('python3', ['test/fixtures/cli-pty.py', String(columns), '24', process.execPath, main, ...args], env),
    end: async () => {
      const managers = JSON.parse((await run('version', '--json')).out) as { managers: { pid: number }[] };
      await Promise.all(managers.managers.map(async ({ pid }) => run('shutdown', '--manager', String(pid))));
    },
  };
}

/** Makes users whose managers end with each test, which then has to have left nothing behind. */
export function users(): () => Commands {
  const all: Commands[] = [];
  afterEach(async () => {
    await Promise.all(all.splice(0).map(async ({ end }) => end()));
    await expectNothingLeft();
  });
  return () => {
    const one = commands();
    all.push(one);
    return one;
  };
}
