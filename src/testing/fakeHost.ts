import { EventEmitter } from 'node:events';
import type { ManagerProcess } from '../effects.js';

/** A manager's process that no signal reaches and whose streams go to `print`. */
export function fakeManagerProcess(print: (stream: 'stdout' | 'stderr', text: string) => void): ManagerProcess {
  const emitter = new EventEmitter();
  const streamOf = (name: 'stdout' | 'stderr') =>
    Object.assign(new EventEmitter(), {
      write: (text: string, done?: () => void): boolean => {
        print(name, text);
        done?.();
        return true;
      },
    });
  const host = Object.assign(emitter, {
    pid: 2,
    env: { PATH: '/bin' },
    execPath: '/bin/node',
    versions: process.versions,
    kill: () => true,
    exit: () => undefined,
    emitWarning: (warning: string | Error) => {
      print('stderr', `${String(warning)}\n`);
    },
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
  });
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- Node's overloads cannot be written by hand
  return host as unknown as ManagerProcess;
}
