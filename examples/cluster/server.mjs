// A server without any code for clusters.
import { createServer } from 'node:http';

createServer((_, response) => {
  response.end(`instance ${process.env.RXVISOR_INSTANCE}`);
}).listen(Number(process.env.PORT), '127.0.0.1');
