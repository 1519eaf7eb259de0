import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { carriers } from '../carriers.js';

/** How often the manager is killed in mid-life: 10 in CI, 200 in `npm run soak`. */
const ROUNDS = Number(process.env.RXVISOR_SOAK_ROUNDS ?? 10);

const fixture = join(import.meta.dirname, '../fixtures/tree/manager.mjs');

let folder: string;
let mark: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-left-'));
  mark = `NOTHING_LEFT_${randomUUID().replaceAll('-', '_')}`;
});

afterEach(() => {
  for (const { pid } of survivors()) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux')('nothing is left', () => {
  it(`when the manager is killed by SIGKILL in the midst of it, ${String(ROUNDS)} times`, async () => {
    let longest = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const manager = start('busy');
      await waitForLines(manager, () => true, 1 + Math.floor(Math.random() * 60));
      manager.kill('SIGKILL');
      await once(manager, 'exit');
      const from = performance.now();
      await nothingLeft();
      longest = Math.max(longest, performance.now() - from);
    }
    if (ROUNDS > 10) console.log(`${ROUNDS} rounds, the longest ${Math.round(longest)} ms from the end of the manager`);
  }, 1_800_000);

  it('when the guardian is killed, and then the manager when a new guardian runs', async () => {
    const manager = start('stay');
    await waitForLines(manager, allUp);
    const [first] = guardians();
    expect(first).toBeDefined();
    process.kill(Number(first), 'SIGKILL');
    await eventually(() => {
      expect(guardians().filter((pid) => pid !== first)).toHaveLength(1);
    });
    manager.kill('SIGKILL');
    await once(manager, 'exit');
    await nothingLeft();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'when the manager gets %s, which ends it',
    async (signal) => {
      const manager = start('stay');
      await waitForLines(manager, allUp);
      manager.kill(signal);
      const [code, by] = (await once(manager, 'exit')) as [number | null, string | null];
      expect({ code, by }).toEqual({ code: null, by: signal });
      await nothingLeft();
    },
  );

  it.each([
    ['exit', 3],
    ['throw', 1],
    ['reject', 1],
    ['normal', 0],
  ])('when the manager ends by %s, with code %i', async (ending, expected) => {
    const manager = start(ending);
    const [code] = (await once(manager, 'exit')) as [number | null];
    expect(code).toBe(expected);
    await nothingLeft();
  });
});

function start(ending: string): ChildProcess {
  return spawn(process.execPath, [fixture, ending, folder], {
    env: { ...process.env, [mark]: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Resolves at the `count`th line that `wanted` accepts; goes on reading, or a manager that talks would block. */
async function waitForLines(manager: ChildProcess, wanted: (line: string) => boolean, count = 1): Promise<void> {
  const lines = createInterface({ input: manager.stdout! });
  let left = count;
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (wanted(line) && (left -= 1) === 0) resolve();
    });
    lines.on('close', () => reject(new Error('the manager ended before it said so')));
  });
}

const allUp = (line: string): boolean => line === 'all up';

/** Within the grace and a second, says the README; a loaded machine may take longer to look. */
async function nothingLeft(): Promise<void> {
  await vi.waitFor(() => {
    expect(survivors()).toEqual([]);
  }, 10_000);
}

/** Every living process that bears the mark in its environment. */
function survivors(): { pid: number; name: string }[] {
  return carriers(mark).map((pid) => ({ pid, name: commandLine(pid) }));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return 'gone';
  }
}

function guardians(): number[] {
  return survivors()
    .filter(({ name }) => name.includes('guardian.sh'))
    .map(({ pid }) => pid);
}
