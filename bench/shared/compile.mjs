import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';

/** Compiles a C program into a folder; gives the path of the executable. */
export function compile(source, folder, ...flags) {
  const executable = join(folder, basename(source, '.c'));
  const { error, status } = spawnSync('gcc', ['-O2', '-Wall', ...flags, '-o', executable, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw new Error(`gcc is needed to compile ${basename(source)}: ${error.message}`);
  if (status !== 0) throw new Error(`gcc could not compile ${basename(source)}`);
  return executable;
}
