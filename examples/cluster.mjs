// Reloads two instances of a server on one port under constant requests. No request fails.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { cluster } from 'rxvisor/cluster';
/** @import { FleetCommand } from 'rxvisor' */

const port = await freePort();
const spec = { script: join(import.meta.dirname, 'cluster/server.mjs'), env: { PORT: String(port) } };
/** @type {Subject<FleetCommand>} */
const command$ = new Subject();
let ready = 0;
let reloaded = false;
let answered = 0;
let failed = 0;

cluster(spec, { instances: 2 })(command$).subscribe({
  next: ({ type }) => {
    if (type === 'ready') ready += 1;
    if (type === 'ready' && ready === 2) {
      console.log('two instances are ready');
      void sendRequests();
      command$.next({ type: 'reload' });
    }
    if (type === 'reloaded') {
      console.log('both instances are replaced');
      reloaded = true;
    }
  },
  complete: () => console.log(`requests answered: ${answered > 0 ? 'many' : 'none'}, failed: ${failed}`),
});

async function sendRequests() {
  while (!reloaded) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}`);
      await response.text();
      answered += 1;
    } catch {
      failed += 1;
    }
  }
  command$.next({ type: 'stop' });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
