import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { procFields } from './procFields.js';
import { procPids } from './procPids.js';
import type { ProcessList, SystemProcess } from './samples.js';

/** AT_PAGESZ and AT_CLKTCK of getauxval(3). */
const PAGE_SIZE = 6;
const TICKS_PER_SECOND = 17;

let units: { readonly page: number; readonly tick: number } | undefined;

/** The processes that live, with what they use, but for those to be left out; and the numbers of all. proc_pid_stat(5) */
export function linuxProcesses(without: ReadonlySet<number> = new Set()): ProcessList {
  units ??= readUnits();
  const { page, tick } = units;
  const pids = procPids();
  const processes = pids.flatMap((pid): SystemProcess[] => {
    const fields = without.has(pid) ? undefined : statOf(pid);
    const [state, parent, group] = fields ?? [];
    if (fields === undefined || state === 'Z' || state === 'X') return [];
    return [
      {
        pid,
        parent: Number(parent),
        group: Number(group),
        id: `${String(pid)}:${String(fields[19])}`,
        cpu: (Number(fields[11]) + Number(fields[12])) * tick,
        rss: Number(fields[21]) * page,
      },
    ];
  });
  return { pids, processes };
}

/** Undefined: it has gone. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    // As UTF-8, which Node reads in one call.
    return procFields(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
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
