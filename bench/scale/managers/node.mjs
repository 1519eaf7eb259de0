// The least in plain Node: a log, a restart, a stop.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { begun, job } from '../../shared/job.mjs';

const { command, args, children, folder } = job;
const running = new Set();
let stopping = false;

mkdirSync(folder);
const time = String(process.hrtime.bigint());
for (let index = 0; index < children; index += 1)
  start(createWriteStream(join(folder, `${index}.log`), { flags: 'a' }));
begun(process.pid, { time });
process.on('SIGTERM', () => {
  stopping = true;
  for (const child of running) child.kill();
});

function start(log) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.on('exit', () => {
    running.delete(child);
    if (!stopping) start(log);
    else if (running.size === 0) process.exit();
  });
}
