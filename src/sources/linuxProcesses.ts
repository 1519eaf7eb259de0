import { readdirSync, readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import type { SystemProcess } from './samples.js';

/** AT_PAGESZ and AT_CLKTCK of getauxval(3). */
const PAGE_SIZE = 6;
const TICKS_PER_SECOND = 17;

let units: { readonly page: number; readonly tick: number } | undefined;

/** All processes that live, with what they use. proc_pid_stat(5) */
export function linuxProcesses(): readonly SystemProcess[] {
  units ??= readUnits();
  const { page, tick } = units;
  return readdirSync('/proc').flatMap((entry): SystemProcess[] => {
    const fields = /^\d+$/.test(entry) ? statOf(entry) : undefined;
    const [state, parent, group] = fields ?? [];
    if (fields === undefined || state === 'Z' || state === 'X') return [];
    return [
      {
        pid: Number(entry),
        parent: Number(parent),
        group: Number(group),
        id: `${entry}:${String(fields[19])}`,
        cpu: (Number(fields[11]) + Number(fields[12])) * tick,
        rss: Number(fields[21]) * page,
      },
    ];
  });
}

/** The fields from the state on: the program's name before it may hold any character. Undefined: it has gone. */
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** A page in bytes and a tick in ms, as the kernel tells every program: pairs of words. proc_pid_auxv(5) */
function readUnits(): { readonly page: number; readonly tick: number } {
  const bytes = readFileSync('/proc/self/auxv');
  const words = Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) =>
    Number(endianness() === 'LE' ? bytes.readBigUInt64LE(index * 8) : bytes.readBigUInt64BE(index * 8)),
  );
  const valueOf = (key: number): number | undefined => {
    const at = words.findIndex((word, index) => index % 2 === 0 && word === key);
    return at < 0 ? undefined : words[at + 1];
  };
  return { page: valueOf(PAGE_SIZE) ?? 4_096, tick: 1_000 / (valueOf(TICKS_PER_SECOND) ?? 100) };
}
