import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carriers, isAlive } from './proc.mjs';

/**
 * A temporary folder, and an environment by whose mark all that was started with it is found. Both are gone in the
 * end, however it comes.
 */
export async function inWorkspace(name, work) {
  const folder = mkdtempSync(join(tmpdir(), `rxvisor-${name}-`));
  const mark = `BENCH_${randomUUID().replaceAll('-', '_')}`;
  const leave = () => {
    // Twice: a program that was just being forked has no environment of its own yet.
    for (const pid of [...carriers(mark), ...carriers(mark)]) if (isAlive(pid)) killed(pid);
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => {
    leave();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupted);
  try {
    await work({ folder, env: { ...process.env, [mark]: '1', PM2_HOME: join(folder, 'pm2') } });
  } finally {
    leave();
  }
}

function killed(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in between.
  }
}
