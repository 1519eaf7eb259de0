// The minimum in plain Node for a log of whole lines: no text, no events, no restarts.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { begun, job } from '../../shared/job.mjs';
import { writer } from '../writer.mjs';

const { stdout } = spawn(job.command, job.args, { stdio: ['ignore', 'pipe', 'inherit'] });
const write = writer(openSync(job.log, 'a'), stdout);
let rest = Buffer.alloc(0);
stdout.on('data', (chunk) => {
  const end = chunk.lastIndexOf('\n') + 1;
  if (end > 0) write(rest, chunk.subarray(0, end));
  rest = end > 0 ? chunk.subarray(end) : Buffer.concat([rest, chunk]);
});
stdout.on('end', () => write(rest));
begun();
