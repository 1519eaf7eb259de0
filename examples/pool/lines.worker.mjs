// Counts the lines of a file.
import { readFile } from 'node:fs/promises';
import { ready, serve } from 'rxvisor/worker';
/** @import { WorkerRequest } from 'rxvisor/worker' */

serve(async (/** @type {WorkerRequest<string>} */ { data: path, signal }) => {
  const text = await readFile(path, { encoding: 'utf8', signal });
  return { path, lines: text.split('\n').length - 1 };
});
ready();
