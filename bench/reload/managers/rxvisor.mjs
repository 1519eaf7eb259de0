import { writeFileSync } from 'node:fs';
import { Subject } from 'rxjs';
import { cluster } from 'rxvisor/cluster';
import { begun, job } from '../../shared/job.mjs';

const { app, port, instances, reloads, done } = job;
const command$ = new Subject();
let ready = 0;
let ended = 0;

cluster(
  { script: app, env: { BENCH_PORT: String(port) } },
  { instances },
)(command$).subscribe({
  next: ({ type }) => {
    if (type === 'ready' && (ready += 1) === instances) begun();
    if ((type === 'reloaded' || type === 'reloadFailed') && (ended += 1) === reloads) writeFileSync(done, type);
  },
  complete: () => process.exit(),
});
process.on('SIGUSR2', () => {
  for (let n = 0; n < reloads; n += 1) command$.next({ type: 'reload' });
});
process.on('SIGTERM', () => command$.next({ type: 'stop' }));
