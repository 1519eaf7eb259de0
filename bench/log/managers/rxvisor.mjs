import { managed$ } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { command, args, log, strip } = job;
let characters = 0;
managed$({ command, args, log, stripANSI: strip, restartAt: [] }).subscribe((event) => {
  if (event.type === 'output') characters += event.text.length;
});
begun();
