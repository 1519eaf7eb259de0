// A slow HTTP API. At a stop, it closes its port and finishes the open requests.
import { createServer } from 'node:http';
import { onStopping, ready } from 'rxvisor/child';

let open = 0;
const server = createServer((_request, response) => {
  console.log('a request');
  open += 1;
  setTimeout(() => {
    open -= 1;
    response.setHeader('connection', 'close');
    response.end('hello\n');
  }, 1_000);
});

// 0: any free port.
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`try: curl http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
  ready();
});

onStopping(async () => {
  console.log(`draining, requests open: ${open}`);
  await new Promise((done) => server.close(done));
  console.log('drained');
});
