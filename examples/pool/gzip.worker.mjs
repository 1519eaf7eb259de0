// Compresses what it is sent, as fast as the answer is read.
import { createGzip } from 'node:zlib';
import { ready, serve } from 'rxvisor/worker';

serve((/** @type {import('rxvisor/worker').WorkerRequest<{ name: string }>} */ { data, stream, respond }) => {
  if (stream === undefined) throw new Error('nothing to compress');
  respond({ name: `${data.name}.gz` }, stream.pipe(createGzip()));
});
ready();
