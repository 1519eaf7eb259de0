// The part of a bench that starts and stops managers: each is a program of its own, so that its memory can be told.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Resolves when the manager has said the line that tells it has begun. */
export async function startManager(file, job, env) {
  const manager = spawn(process.execPath, [file, JSON.stringify(job)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(manager, 'exit');
  const line = once(createInterface(manager.stdout), 'line');
  const said = await Promise.race([line, exit.then(() => undefined)]);
  if (said === undefined) throw new Error(`${file} ended before it had begun`);
  return {
    /** The program that drives; what it has said tells which process does the managing. */
    pid: manager.pid,
    said: JSON.parse(said[0]),
    signal: () => manager.kill('SIGTERM'),
    /** Resolves when it is gone; one that does not go is killed. */
    stop: async () => {
      manager.kill('SIGTERM');
      const late = setTimeout(() => manager.kill('SIGKILL'), 15_000);
      await exit;
      clearTimeout(late);
    },
  };
}
