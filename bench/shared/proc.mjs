// What /proc tells of a process; undefined when it is gone. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}

const megabytes = (pid, field) => {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(pid, 'status') ?? '') ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};

/** Resident memory in MB: now, and at its highest. */
export const rss = (pid) => megabytes(pid, 'VmRSS');
export const peakRss = (pid) => megabytes(pid, 'VmHWM');

/** The fields of stat from the state on: a command may contain spaces. */
const stat = (pid) =>
  read(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');

/** CPU time used so far, in ms: a tick is 10 ms. */
export function cpuTime(pid) {
  const fields = stat(pid);
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** How many it has open. */
export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** A zombie is dead. */
export const isAlive = (pid) => !['Z', 'X', undefined].includes(stat(pid)?.[0]);

export const childrenOf = (pid) => pids().filter((child) => Number(stat(child)?.[1]) === pid);

/** All that have this variable in their environment. */
export const carriers = (mark) => pids().filter((pid) => read(pid, 'environ')?.includes(`${mark}=`));

const pids = () =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
