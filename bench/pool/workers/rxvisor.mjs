import { ready, serve } from 'rxvisor/worker';

serve(({ data, stream, respond }) => {
  if (stream === undefined) return data;
  respond(null, stream);
});
ready();
