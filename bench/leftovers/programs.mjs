// The programs under each manager: with their grandchildren, seven processes.
import { join } from 'node:path';

const here = import.meta.dirname;
export const programs = [
  { name: 'ipc', file: process.execPath, args: [join(here, 'ipc.cjs')], script: join(here, 'ipc.cjs') },
  { name: 'deaf', file: process.execPath, args: [join(here, 'deaf.cjs')], script: join(here, 'deaf.cjs') },
  { name: 'shell', file: 'sh', args: ['-c', 'sleep 1000 & wait; true'] },
  { name: 'python', file: 'python3', args: [join(here, 'deaf.py')] },
  { name: 'deserter', file: process.execPath, args: [join(here, 'deserter.cjs')], script: join(here, 'deserter.cjs') },
];
