// A server that knows nothing of who runs it.
import { createServer } from 'node:http';

createServer((request, response) => response.end('hello')).listen(Number(process.env.BENCH_PORT), '127.0.0.1');
