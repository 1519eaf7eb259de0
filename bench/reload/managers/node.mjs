// Bare node:cluster: no reloads, for the throughput.
import cluster from 'node:cluster';
import { begun, job } from '../../shared/job.mjs';

const { app, port, instances } = job;
let listening = 0;
cluster.setupPrimary({ exec: app, silent: true });
cluster.on('listening', () => {
  if ((listening += 1) === instances) begun();
});
for (let n = 0; n < instances; n += 1) cluster.fork({ BENCH_PORT: String(port) });
process.on('SIGTERM', () => process.exit());
