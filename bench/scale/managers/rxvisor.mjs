import { join } from 'node:path';
import { supervise } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { command, args, children, folder } = job;
const time = String(process.hrtime.bigint());
supervise(
  Array.from({ length: children }, (_, index) => ({
    name: `child ${index}`,
    command,
    args,
    log: join(folder, `${index}.log`),
  })),
);
// SIGTERM stops them all, and then ends this.
begun(process.pid, { time });
