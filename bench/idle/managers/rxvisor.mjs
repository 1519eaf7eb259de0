import { setTimeout as sleep } from 'node:timers/promises';
import { supervise } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { children, setup, folder } = job;
const supervisor = supervise();
for (let index = 0; index < children; index += 1) {
  supervisor.start({
    name: `child ${index}`,
    command: 'sleep',
    args: ['1000'],
    cwd: folder,
    watch: index === 0 && setup !== 'nothing' && setup !== 'maxRss',
    ...(setup === 'maxRss' || setup === 'both' ? { maxRss: { bytes: 1e9, every: 5_000 } } : {}),
  });
  // Not all at the same moment: their samples are not to fall together by themselves.
  await sleep(97);
}
begun();
