import { begun, job } from '../../shared/job.mjs';
import { startApps } from '../../shared/pm2.mjs';

const { command, args } = job;
const app = { name: 'stamp', script: command, args, interpreter: 'none', exec_mode: 'fork' };
// It gives up after 16 restarts of runs shorter than a second.
begun(startApps([{ ...app, restart_delay: 0, max_restarts: 1_000_000 }]));
