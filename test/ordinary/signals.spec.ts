import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(expectNothingLeft);

const stubborn = ['sh', '-c', 'trap "" TERM INT; echo up; while :; do sleep 1; done'];

/** The command or an app of somebody, with a child that no SIGINT or SIGTERM ends. */
const programs = {
  'an app': (grace: number) => ['test/fixtures/pid1-app.mjs', String(grace)],
  'rxvisor run': (grace: number) => [main, 'run', config(grace)],
};

function config(grace: number): string {
  const path = resolve(folder(), 'rxvisor.config.json');
  const [command, ...args] = stubborn;
  writeFileSync(path, JSON.stringify([{ name: 'stubborn', command, args, ready: { line: 'up' }, grace }]));
  return path;
}

const namespace = ['--fork', '--pid', '--mount-proc'];
const canUnshare = spawnSync('unshare', [...namespace, 'true']).status === 0;

describe.runIf(canUnshare).each(['an app', 'rxvisor run'] as const)('%s that is PID 1', (what) => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('ends after %s with %i', async (signal, code) => {
    const program = start('unshare', [...namespace, process.execPath, ...programs[what](100)], home());
    await program.says(/ready/);
    process.kill(childOf(program), signal);
    expect(await program.ended).toEqual({ code, signal: null });
  });

  it('ends at once after a second signal', async () => {
    const program = start('unshare', [...namespace, process.execPath, ...programs[what](600_000)], home());
    await program.says(/ready/);
    process.kill(childOf(program), 'SIGTERM');
    await program.says(/stopping/);
    process.kill(childOf(program), 'SIGINT');
    expect((await program.ended).code).toBeGreaterThan(128);
  });
});

describe.each(['an app', 'rxvisor run'] as const)('%s that gets SIGINT', (what) => {
  it('and at once SIGTERM, from somebody who does not wait, ends at once', async () => {
    const program = start(process.execPath, programs[what](600_000), home());
    await program.says(/ready/);
    program.process.kill('SIGINT');
    await program.says(/stopping/);
    program.process.kill('SIGTERM');
    const { signal } = await program.ended;
    expect(['SIGINT', 'SIGTERM']).toContain(signal);
    expect(program.left()).toEqual([]);
  });
});

describe('rxvisor run that gets Ctrl-C', () => {
  it('gives a database five seconds by default, and says that it waits', async () => {
    const path = resolve(folder(), 'rxvisor.config.json');
    const script = `trap 'sleep 1.5; echo written; exit' TERM; echo up; while :; do sleep 0.05; done`;
    writeFileSync(path, JSON.stringify([{ name: 'db', command: 'sh', args: ['-c', script], ready: { line: 'up' } }]));
    const program = start(process.execPath, [main, 'run', path], home());
    await program.says(/ready/);
    program.process.kill('SIGINT');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(program.stdout()).toMatch(/ waiting for db \(\d+(\.\d)?m?s of 5s\), Ctrl-C again kills\n[^]*db: written\n/);
    expect(program.stdout()).not.toMatch(/did not stop/);
  });

  it('kills at the second one what it waits for', async () => {
    const program = start(process.execPath, programs['rxvisor run'](600_000), home());
    await program.says(/ready/);
    program.process.kill('SIGINT');
    await program.says(/ waiting for stubborn \(\d+(\.\d)?m?s of 10m\), Ctrl-C again kills$/m);
    program.process.kill('SIGINT');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(program.left()).toEqual([]);
  });
});

const home = (): NodeJS.ProcessEnv => ({ RXVISOR_HOME: folder() });

/** The only child of a program: proc_pid_task_children(5). */
function childOf({ process: { pid } }: Program): number {
  return Number(readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'latin1').trim());
}
