// As node.mjs, without escape sequences. Whole lines are decoded, stripped by rxvisor's own strip-ansi, and encoded.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { begun, job } from '../../shared/job.mjs';
import { writer } from '../writer.mjs';

const { resolve } = createRequire(import.meta.resolve('rxvisor'));
const { default: strip } = await import(pathToFileURL(resolve('strip-ansi')));

const { stdout } = spawn(job.command, job.args, { stdio: ['ignore', 'pipe', 'inherit'] });
const write = writer(openSync(job.log, 'a'), stdout);
let rest = Buffer.alloc(0);
stdout.on('data', (chunk) => {
  const end = chunk.lastIndexOf('\n') + 1;
  if (end > 0) write(Buffer.from(strip(Buffer.concat([rest, chunk.subarray(0, end)]).toString())));
  rest = end > 0 ? chunk.subarray(end) : Buffer.concat([rest, chunk]);
});
stdout.on('end', () => write(Buffer.from(strip(rest.toString()))));
begun();
