// An HTTP API that takes its time. Asked to stop, it takes no more requests and finishes those it has.
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

// 0: any port that is free.
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
