import { managed$ } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

// A schedule of one 0 means never.
managed$({ command: job.command, args: job.args, restartAt: [0, 0] }).subscribe();
begun();
