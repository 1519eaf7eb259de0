import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { folder, read, runs } from './bench.js';

/** A manager in a process of its own. All that it starts bears `mark` in its environment. */
interface Manager {
  /** Its process id, once its children are up. */
  readonly up: Promise<number>;
  readonly said: (line: string) => Promise<string>;
  /** Its exit code, as a shell sees it. */
  readonly code: Promise<number>;
  /** What it and its children noted down, in their order. */
  readonly notes: () => string[];
  readonly mark: string;
}

const managers: { readonly mark: string; readonly shell: ChildProcess }[] = [];

/** `grace` in ms: that of the child that ignores all signals. */
function manager(how: string, grace = 100): Manager {
  const mark = randomUUID();
  const file = join(folder(), 'notes');
  const program = [
    'env',
    `RXVISOR_MARK=${mark}`,
    process.execPath,
    'test/fixtures/host-manager.mjs',
    how,
    file,
    String(grace),
  ];
  // The shell is there to say what it makes of the end of the manager.
  const shell = spawn('sh', ['-c', '"$@"; echo "code $?"', 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  managers.push({ mark, shell });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const said = async (pattern: RegExp): Promise<string> =>
    vi.waitFor(() => pattern.exec(output)?.[1] ?? expect.fail(`not said: ${String(pattern)}, but ${output}`), 15_000);
  return {
    mark,
    get up() {
      return said(/^up (\d+)$/m).then(Number);
    },
    said: async (line) => said(new RegExp(`^(${line})$`, 'm')),
    code: said(/^code (\d+)$/m).then(Number),
    notes: () => (existsSync(file) ? read(file).trim().split('\n') : []),
  };
}

/** The processes that bear a mark. */
function marked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => runs(pid) && about(pid, 'environ').includes(mark));
}

/** Those of them that are not the guardian or a helper of its: it leaves last, once it has seen that all have gone. */
function family(mark: string): string[] {
  return marked(mark)
    .map((pid) => {
      const stat = about(pid, 'stat');
      const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { pid, leader: about(Number(group), 'cmdline'), text: about(pid, 'cmdline').replaceAll('\0', ' ') };
    })
    .filter(({ pid, leader }) => !leader.includes('guardian.sh') && runs(pid)) // it may have gone since
    .map(({ pid, text }) => `${pid} ${text}`);
}

/** What the kernel says of a process; nothing of one that has gone. */
function about(pid: number, what: 'environ' | 'stat' | 'cmdline'): string {
  try {
    return read(`/proc/${pid}/${what}`);
  } catch {
    return '';
  }
}

/** The manager has ended: so have, in the next instants, all that it has started. */
async function expectNobodyLeft({ mark }: Manager): Promise<void> {
  await vi.waitFor(() => expect(marked(mark)).toEqual([]), 5_000);
}

afterEach(() => {
  for (const { mark } of managers.splice(0)) for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
});

const graceful = ['the manager is stopping', 'the child is stopping', 'the child has stopped'];

describe('a manager leaves nothing of its children behind, not those that ignore signals and not theirs', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: its children are stopped in order, and its exit status is %i', async (signal, code) => {
    const host = manager('by a signal');
    const pid = await host.up;
    // Itself, two children, and the child of one.
    expect(family(host.mark).length).toBe(4);
    process.kill(pid, signal);
    expect(await host.code).toBe(code);
    expect(family(host.mark)).toEqual([]);
    await expectNobodyLeft(host);
    expect(host.notes()).toEqual(graceful);
  });

  it.each([
    ['throws', 1],
    ['rejects', 1],
    ['exits', 3],
  ] as const)('it %s: its handlers are called, all is killed, the exit code stays %i', async (how, code) => {
    const host = manager(how);
    expect(await host.code).toBe(code);
    await expectNobodyLeft(host);
    expect(host.notes()[0]).toBe('the manager is stopping');
  });

  it.each(['exits at once', 'restarts and exits at once'])('it %s, before the spawn is reported', async (how) => {
    const host = manager(how);
    expect(await host.code).toBe(3);
    await expectNobodyLeft(host);
  });

  it('it stops all, and has nothing more to do', async () => {
    const host = manager('stops');
    expect(await host.code).toBe(0);
    expect(family(host.mark)).toEqual([]);
    await expectNobodyLeft(host);
    expect(host.notes()).toEqual(graceful);
  });
});

describe('a signal to the manager', () => {
  it('that comes again, later, kills at once', async () => {
    const host = manager('hangs', 60_000);
    const pid = await host.up;
    process.kill(pid, 'SIGINT');
    await host.said('300 ms later');
    expect(family(host.mark).length).toBe(4);
    process.kill(pid, 'SIGINT');
    expect(await host.code).toBe(130);
    await expectNobodyLeft(host);
    expect(host.notes()[0]).toBe('the manager is stopping');
  });

  it('that it handles itself, if only once, stops the children and leaves the rest to it', async () => {
    const host = manager('own handler');
    process.kill(await host.up, 'SIGINT');
    expect(await host.code).toBe(7);
    expect(family(host.mark)).toEqual([]);
    await expectNobodyLeft(host);
    expect(host.notes().toSorted()).toEqual([...graceful, 'own handler'].toSorted());
  });

  it('is left alone with signals: false; the exit is not', async () => {
    const host = manager('signals: false');
    process.kill(await host.up, 'SIGTERM');
    expect(await host.code).toBe(9);
    await expectNobodyLeft(host);
  });
});
