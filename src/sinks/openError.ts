import { statSync } from 'node:fs';
import { describeError } from '../model/describeError.js';

/** The error of opening a log, in words where the system's are of no help: ENXIO is "no such device or address". */
export function openError(path: string, cause: unknown): unknown {
  if (describeError(cause).code !== 'ENXIO') return cause;
  const stats = statSync(path, { throwIfNoEntry: false });
  const why =
    stats?.isFIFO() === true
      ? 'is a FIFO that nobody reads. Start its reader.'
      : stats?.isSocket() === true
        ? 'is a socket, which cannot be a log. Give the path of a file.'
        : 'is a device that is not there.';
  return Object.assign(new Error(`ENXIO: ${path} ${why}`, { cause }), { code: 'ENXIO' });
}
