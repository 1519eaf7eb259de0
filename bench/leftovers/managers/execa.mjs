import { execa } from 'execa';
import { programs } from '../programs.mjs';

for (const { name, file, args } of programs)
  execa(file, args, { stdout: 'ignore', ipc: name === 'ipc' }).catch(() => undefined);
