import forever from 'forever-monitor';
import { begun, job } from '../../shared/job.mjs';

forever.start([job.command, ...job.args], { silent: true, max: Infinity, minUptime: 0, spinSleepTime: 0 });
begun();
