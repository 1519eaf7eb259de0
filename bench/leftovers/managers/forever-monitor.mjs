import forever from 'forever-monitor';
import { programs } from '../programs.mjs';

for (const { file, args } of programs) forever.start([file, ...args], { silent: true });
