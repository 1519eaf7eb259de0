import { constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '../model/describeError.js';
import { FILE_MODE, FOLDER_MODE } from './openFile$.js';
import { openError } from './openError.js';

const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;

/** `openFile$` in one go: a FIFO that nobody reads is an error; the file's folder is made. */
export function openFileSync(path: string, umask = 0): number {
  const mode = FILE_MODE & ~umask;
  const flags = O_APPEND | O_CREAT | O_WRONLY | (process.platform === 'win32' ? 0 : O_NONBLOCK);
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (describeError(error).code !== 'ENOENT') throw openError(path, error);
    makeFolder(dirname(path), FOLDER_MODE & ~umask);
    return openSync(path, flags, mode);
  }
}

/** Not `recursive`: see openFile$. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const { code } = describeError(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    mkdirSync(path, mode);
  }
}
