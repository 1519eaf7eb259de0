// By its interface for programs: the daemon is there before the clock starts, and no command has to be started.
import { join } from 'node:path';
import { promisify } from 'node:util';
import pm2 from 'pm2';
import { begun, job } from '../../shared/job.mjs';
import { daemon } from '../../shared/pm2.mjs';

const { command, args, children, folder } = job;
const app = { script: command, args, interpreter: 'none', exec_mode: 'fork', merge_logs: true };
const call = (name, ...parameters) => promisify(pm2[name].bind(pm2))(...parameters);

process.on('SIGTERM', async () => {
  await call('delete', 'all');
  await call('killDaemon');
  process.exit();
});
await call('connect');
const time = String(process.hrtime.bigint());
await call(
  'start',
  Array.from({ length: children }, (_, index) => {
    const log = join(folder, `${index}.log`);
    return { ...app, name: `child ${index}`, out_file: log, error_file: log };
  }),
);
begun(daemon(), { time });
