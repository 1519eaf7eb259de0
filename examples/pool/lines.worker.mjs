// Counts the lines of files, by their paths.
import { createReadStream } from 'node:fs';
import { ready, serve } from 'rxvisor/worker';

serve(async (/** @type {import('rxvisor/worker').WorkerRequest<string>} */ { data: path, signal }) => {
  let lines = 0;
  for await (const chunk of createReadStream(path, { signal })) for (const byte of chunk) if (byte === 10) lines += 1;
  return { path, lines };
});
ready();
