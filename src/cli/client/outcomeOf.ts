import type { ChildProcess } from 'node:child_process';

/** How a program ends: by an exit code or a signal; or by the error with which it could not be started. Never rejects: nobody may listen. */
export async function exitOf(program: Pick<ChildProcess, 'once'>): Promise<number | string | Error> {
  return new Promise((resolve) => {
    program.once('exit', (code, signal) => resolve(code ?? String(signal)));
    program.once('error', resolve);
  });
}
