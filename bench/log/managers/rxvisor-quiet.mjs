import { managed$ } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { command, args, log, strip } = job;
managed$({ command, args, log, stripANSI: strip, restartAt: [], output: false }).subscribe();
begun();
