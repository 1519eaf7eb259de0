// Compresses what it is sent, as fast as the answer is read.
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { ready, serve } from 'rxvisor/worker';

serve((/** @type {import('rxvisor/worker').WorkerRequest<{ name: string }>} */ { data, stream, respond }) => {
  if (stream === undefined) throw new Error('nothing to compress');
  // Unlike pipe, it ends both when one of them breaks off.
  respond(
    { name: `${data.name}.gz` },
    pipeline(stream, createGzip(), () => undefined),
  );
});
ready();
