// Compresses a stream, at the pace of the reader.
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { ready, serve } from 'rxvisor/worker';
/** @import { WorkerRequest } from 'rxvisor/worker' */

serve((/** @type {WorkerRequest<{ name: string }>} */ { data, stream, respond }) => {
  if (stream === undefined) throw new Error('nothing to compress');
  // Unlike pipe(), pipeline() destroys both streams when one of them fails.
  respond(
    { name: `${data.name}.gz` },
    pipeline(stream, createGzip(), () => undefined),
  );
});
ready();
