import { begun, job } from '../../shared/job.mjs';
import { startApps } from '../../shared/pm2.mjs';

const { command, args, log } = job;
const app = { name: 'flood', script: command, args, interpreter: 'none', exec_mode: 'fork', autorestart: false };
begun(startApps([{ ...app, out_file: log, error_file: '/dev/null', merge_logs: true }]));
