import type { WaitOneMs } from '../exitPhases.js';
import type { FileEffects } from '../fileEffects.js';
import { describeError } from '../model/describeError.js';
import type { OpenedFile } from './openedFile.js';
import type { WriteQueue } from './writeQueue.js';

/** Writes all of a queue synchronously, as the process ends; waits only for a full pipe. Returns the error that ended it. */
export function writeAllSync<Owner>(
  queue: WriteQueue<Owner>,
  opened: OpenedFile,
  write: FileEffects['atExit']['write'],
  patience: WaitOneMs,
): unknown {
  while (queue.size() > 0) {
    try {
      const written = write(opened.readyNow(), queue.chunks());
      if (written === 0) return noBytes();
      opened.wrote(written);
      queue.advance(written);
    } catch (error) {
      if (describeError(error).code !== 'EAGAIN' || !patience()) return error;
    }
  }
  opened.syncNow();
  return undefined;
}

export function noBytes(): Error {
  return Object.assign(new Error('the file takes no bytes'), { code: 'EIO' });
}
