import { execa } from 'execa';
import { begun, job } from '../../shared/job.mjs';

// Without buffer: false it would also keep all of it in memory, and end the program after 100 MB.
execa(job.command, job.args, { stdout: { file: job.log }, buffer: false, reject: false });
begun();
