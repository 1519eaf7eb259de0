// Reloads two instances of a server on one port under constant requests: no request fails.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { cluster } from 'rxvisor/cluster';

const port = await freePort();
const script = join(import.meta.dirname, 'cluster/server.mjs');
/** @type {Subject<import('rxvisor').FleetCommand>} */
const command$ = new Subject();
const tally = { answered: 0, failed: 0 };
let ready = 0;
let over = false;

cluster(
  { script, env: { PORT: String(port) } },
  { instances: 2 },
)(command$).subscribe({
  next: ({ type }) => {
    if (type === 'ready') ready += 1;
    if (type === 'ready' && ready === 2) {
      console.log('two instances listen');
      void ask();
      command$.next({ type: 'reload' });
    }
    if (type === 'reloaded') {
      console.log('both have been replaced');
      over = true;
    }
  },
  complete: () => {
    const { answered, failed } = tally;
    console.log(`${answered > 0 ? 'answered all the while' : 'no answer'}, failed: ${failed}`);
  },
});

async function ask() {
  while (!over) {
    await fetch(`http://127.0.0.1:${port}`)
      .then(async (response) => response.text())
      .then(
        () => (tally.answered += 1),
        () => (tally.failed += 1),
      );
  }
  command$.next({ type: 'stop' });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
