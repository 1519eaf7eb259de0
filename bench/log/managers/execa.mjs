import { execa } from 'execa';
import { begun, job } from '../../shared/job.mjs';

// Without `buffer: false`, execa would keep all output in memory, and end the program after 100 MB.
execa(job.command, job.args, { stdout: { file: job.log }, buffer: false, reject: false });
begun();
