// Its log takes 1 MB/s: each write completes late.
import { delayWhen, NEVER, timer } from 'rxjs';
import { managed$, nodeEffects } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { command, args, log } = job;
const effects = {
  ...nodeEffects,
  logs: new Map(),
  write$: (fd, bytes) => nodeEffects.write$(fd, bytes).pipe(delayWhen((written) => timer(written / 1_000))),
};
managed$({ command, args, log, restartAt: [] }, NEVER, { effects }).subscribe();
begun();
