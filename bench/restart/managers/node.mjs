import { spawn } from 'node:child_process';
import { begun, job } from '../../shared/job.mjs';

const start = () => spawn(job.command, job.args, { stdio: ['ignore', 'pipe', 'pipe'] }).on('exit', start);
start();
begun();
