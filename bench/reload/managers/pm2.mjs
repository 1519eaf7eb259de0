import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import pm2 from 'pm2';
import { begun, job } from '../../shared/job.mjs';
import { daemon } from '../../shared/pm2.mjs';

const { app, port, instances, reloads, done } = job;
const call = (name, ...parameters) => promisify(pm2[name].bind(pm2))(...parameters);

process.on('SIGTERM', async () => {
  await call('delete', 'all');
  await call('killDaemon');
  process.exit();
});
process.on('SIGUSR2', async () => {
  for (let n = 0; n < reloads; n += 1) await call('reload', 'app');
  writeFileSync(done, 'reloaded');
});
await call('connect');
await call('start', {
  ...{ name: 'app', script: app, exec_mode: 'cluster', instances },
  env: { BENCH_PORT: String(port) },
});
begun(daemon());
