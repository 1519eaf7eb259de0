import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '../model/errors.js';

/**
 * Makes a folder and its parents. Does nothing if the path exists, even as a file.
 *
 * The `recursive` option of `mkdir` never ends where the system always reports ENOENT, as in `/proc` or behind a dangling
 * link.
 */
export function makeFolder(path: string, mode: number): void {
  try {
    makeOneFolder(path, mode);
  } catch (error) {
    if (describeError(error).code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    makeOneFolder(path, mode);
  }
}

function makeOneFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (describeError(error).code !== 'EEXIST') throw error;
  }
}
