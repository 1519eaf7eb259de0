// Measures how long a manager takes to write the output of a fast program to a log file, and verifies the log.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from '../shared/compile.mjs';
import { printMachine } from '../shared/machine.mjs';
import { inWorkspace } from '../shared/workspace.mjs';
import { kill } from './kill.mjs';
import { FILLER } from './line.mjs';
import { memory } from './memory.mjs';
import { slow } from './slow.mjs';
import { soak } from './soak.mjs';
import { speed } from './speed.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    lines: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    kill: { type: 'boolean' },
    memory: { type: 'boolean' },
    slow: { type: 'boolean' },
    soak: { type: 'boolean' },
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '5000' },
  },
});
const [count, runs, seconds] = [values.lines, values.runs, values.seconds].map(Number);
const [minutes, rate] = [values.minutes, values.rate].map(Number);
const only = values.only?.split(',');
const measure = values.kill ? kill : values.memory ? memory : values.slow ? slow : speed;

printMachine();
await inWorkspace('log', async (workspace) => {
  if (values.soak) return soak({ minutes, rate }, workspace);
  const source = join(import.meta.dirname, 'flood.c');
  const flood = compile(source, workspace.folder, `-DFILLER="${FILLER}"`);
  await measure({ flood, count, runs, seconds, only }, workspace);
});
