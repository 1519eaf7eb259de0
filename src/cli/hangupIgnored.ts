import { readFileSync, readlinkSync } from 'node:fs';

/** What is read of `/proc`; undefined where there is none. */
export interface ProcFiles {
  readonly text: (path: string) => string | undefined;
  readonly link: (path: string) => string | undefined;
}

/** SIGHUP in a mask of signals, and O_WRONLY in the flags of a descriptor. */
const HANGUP = 1n;
const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

/**
 * Whether SIGHUP was ignored when this process was started, so that it outlives its terminal: by `nohup`, or in a script
 * by `trap '' HUP`.
 *
 * Node sets all signals back to their defaults before any of our code runs, for itself and for the programs that it starts
 * (npx, npm). So this goes by what Node leaves: the name of the last program that a shell started, `_`, is nohup; GNU nohup
 * puts a write-only `/dev/null` in the place of a terminal as stdin, which nothing else does; and a parent that is a
 * shell still ignores the signal itself. proc_pid_status(5), proc_pid_fdinfo(5)
 */
export function isHangupIgnored(
  { env, ppid }: Pick<NodeJS.Process, 'env' | 'ppid'> = process,
  { text, link }: ProcFiles = procFiles,
): boolean {
  if (/(^|\/)nohup$/.test(env._ ?? '')) return true;
  const [, mask = '0'] = /^SigIgn:\s*([\da-f]+)$/m.exec(text(`/proc/${String(ppid)}/status`) ?? '') ?? [];
  if ((BigInt(`0x${mask}`) & HANGUP) !== 0n) return true;
  const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(text('/proc/self/fdinfo/0') ?? '') ?? [];
  return (parseInt(flags, 8) & ACCESS_MODE) === WRITE_ONLY && link('/proc/self/fd/0') === '/dev/null';
}

const procFiles: ProcFiles = {
  text: (path) => attempt(() => readFileSync(path, 'utf8')),
  link: (path) => attempt(() => readlinkSync(path)),
};

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
