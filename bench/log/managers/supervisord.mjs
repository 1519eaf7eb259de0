import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { begun, job } from '../../shared/job.mjs';

const folder = dirname(job.log);
const config = join(folder, 'supervisord.conf');
writeFileSync(
  config,
  `[supervisord]
nodaemon=true
silent=true
logfile=/dev/null
logfile_maxbytes=0
pidfile=${join(folder, 'supervisord.pid')}
childlogdir=${folder}
strip_ansi=${job.strip}

[program:flood]
command=${[job.command, ...job.args].join(' ')}
stdout_logfile=${job.log}
stdout_logfile_maxbytes=0
stderr_logfile=NONE
autorestart=false
startsecs=0
`,
);
const supervisord = spawn('supervisord', ['-c', config], { stdio: 'ignore' });
process.on('SIGTERM', () => supervisord.kill());
supervisord.on('exit', () => process.exit());
begun(supervisord.pid);
