import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(expectNothingLeft);

const hasNohup = spawnSync('nohup', ['true']).status === 0 && spawnSync('bash', ['-c', 'true']).status === 0;

/** `rxvisor run` of one service, started by a line of a shell; `$@` is the command. */
function run(shell: string, line: string): { readonly program: Program; readonly manager: () => Promise<number> } {
  const cwd = folder();
  const noted = join(cwd, 'pid');
  const file = join(cwd, 'rxvisor.config.mjs');
  const services = [{ name: 'web', command: 'sleep', args: ['1000'] }];
  const note = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(noted)}, String(process.pid));`;
  writeFileSync(file, `${note}\nexport default ${JSON.stringify(services)};\n`);
  const args = ['-c', line, shell, process.execPath, main, 'run', file];
  const program = start(shell, args, { RXVISOR_HOME: join(cwd, 'home'), NPM_CONFIG_CACHE: join(cwd, 'npm') });
  return {
    program,
    manager: async () => {
      await program.says(/web started/);
      return Number(readFileSync(noted, 'utf8'));
    },
  };
}

/** Whether a SIGHUP has been sent that has not been taken yet: proc_pid_status(5). */
function isPending(pid: number): boolean {
  const masks = readFileSync(`/proc/${String(pid)}/status`, 'latin1').matchAll(/^(?:SigPnd|ShdPnd):\s*(\w+)$/gm);
  return [...masks].some(([, mask]) => (BigInt(`0x${mask!}`) & 1n) !== 0n);
}

describe.runIf(hasNohup)('the end of the terminal', () => {
  it.each([
    ['nohup', 'bash', 'nohup "$@" & wait'],
    ['nohup of a script', 'sh', `nohup sh -c '"$@"; true' sh "$@"`],
    ['nohup of a script of scripts', 'bash', `nohup sh -c 'sh -c "\\"\\$@\\"; true" sh "$@"; true' sh "$@"`],
    ["trap '' HUP in a script", 'sh', `trap '' HUP; "$@"; true`],
    ['nohup with another environment', 'bash', 'nohup env A=1 "$@"'],
    ['nohup npm exec', 'bash', 'nohup npm exec --offline -- "$@"'],
  ])('is survived under %s, which a SIGTERM is not', async (_, shell, line) => {
    const { program, manager } = run(shell, line);
    const pid = await manager();
    process.kill(pid, 'SIGHUP');
    await eventually(() => expect(isPending(pid)).toBe(false));
    // Had it received the first, it would be stopping by that one.
    process.kill(pid, 'SIGTERM');
    await program.says(/SIGTERM: stopping/);
    await program.ended;
    expect(program.stdout()).not.toContain('SIGHUP');
  });

  it.each([
    ['alone', 'bash', '"$@" & wait'],
    ['with stdin from /dev/null', 'bash', '"$@" </dev/null & wait'],
  ])('ends it %s', async (_, shell, line) => {
    const { program, manager } = run(shell, line);
    process.kill(await manager(), 'SIGHUP');
    await program.says(/SIGHUP: stopping/);
    await program.ended;
    await eventually(() => expect(program.left()).toEqual([]));
  });
});
