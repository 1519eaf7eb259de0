import { execFile } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folder } from './bench.js';

/** Runs a program where there is no package but ours, unpacked. */
async function run(program: string): Promise<string> {
  const cwd = folder();
  for (const part of ['child', 'model', 'session', 'ipc']) cpSync(`dist/${part}`, join(cwd, part), { recursive: true });
  writeFileSync(join(cwd, 'main.mjs'), `import * as side from './session/worker/index.js';\n${program}`);
  const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd }).catch((error: unknown) => {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { stdout: `${stdout}${stderr.split('\n').slice(0, 1).join('')} ${String(code)}` };
  });
  return stdout;
}

describe('rxvisor/session/worker', () => {
  it('imports nothing but Node and rxvisor: no RxJS, no package at all', async () => {
    expect(await run('console.log(Object.keys(side).join())')).toBe(
      'ChannelClosed,channel,killSwitch,onExit,reportCrashes,worker\n',
    );
  });

  it('is an error without a session', async () => {
    expect(await run('try { side.worker(); } catch (error) { console.log(String(error)); }')).toBe(
      'RxvisorError: worker: this process is not the worker of a session. Start it with session(spec) of rxvisor/session.\n',
    );
  });

  it('calls are rejected where there is no manager, and nothing keeps the process alive', async () => {
    expect(await run("side.channel().call('x').catch((error) => console.log(String(error)))")).toBe(
      "ChannelClosed: call 'x': there is no manager.\n",
    );
  });

  it('a crash runs the handlers and exits with 1, also without a manager', async () => {
    const program = `side.reportCrashes();
      side.onExit(async ({ type, error }) => { await null; console.log(type, error.message); });
      Promise.reject(new RangeError('boom'));
      setInterval(() => {}, 1_000);`;
    expect(await run(program)).toBe('crash boom\nRangeError: boom 1');
  });
});
