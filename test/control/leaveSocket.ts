import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A socket as a process leaves it that is killed. */
export function leaveSocket(path: string): void {
  const code = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', code, path]);
  if (!existsSync(path)) throw new Error('no socket was left');
}
