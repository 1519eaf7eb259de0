// One manager with one flood.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakRss } from '../shared/proc.mjs';
import { startManager } from '../shared/manager.mjs';
import { until } from '../shared/until.mjs';

const POLL = 2;
/** A log that has not grown for this many ms is complete. */
const PATIENCE = 3_000;

export async function startSession(name, { flood, count, mode, strip = false }, { folder: parent, env }) {
  const folder = mkdtempSync(join(parent, 'run-'));
  const [log, gatePath, tallyPath] = ['log', 'gate', 'tally'].map((file) => join(folder, file));
  execFileSync('mkfifo', [gatePath]);
  writeFileSync(tallyPath, Buffer.alloc(16));
  const tally = openSync(tallyPath, 'r');
  const file = join(import.meta.dirname, `managers/${name}.mjs`);
  const job = { command: flood, args: [String(count), mode], log, strip };
  const manager = await startManager(file, job, { ...env, GATE: gatePath, TALLY: tallyPath });
  const { pid } = manager.said;
  const gate = await until(() => openIfRead(gatePath), `${name}: the flood`);
  // The work of the start is not measured.
  await sleep(300);

  const tallied = (offset) => {
    const number = Buffer.alloc(8);
    readSync(tally, number, 0, 8, offset);
    return Number(number.readBigUInt64LE());
  };

  return {
    log,
    pid,
    floodPid: () => tallied(0),
    /** The number of bytes that the flood has written. */
    written: () => tallied(8),
    /** Starts the flood. Returns the time. */
    open: () => {
      const now = performance.now();
      writeSync(gate, 'g');
      return now;
    },
    /** Waits until the log has a size, or does not grow any more. Returns the time, and the peak memory of the manager. */
    settled: async (size, patience = PATIENCE) => {
      let peak = peakRss(pid);
      let had = 0;
      let grown = performance.now();
      while (performance.now() - grown < patience) {
        const has = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
        peak = peakRss(pid) ?? peak;
        if (has > had) [had, grown] = [has, performance.now()];
        if (has >= size) break;
        await sleep(POLL);
      }
      return { at: grown, peak: peakRss(pid) ?? peak };
    },
    stop: async () => {
      closeSync(gate);
      closeSync(tally);
      await manager.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Opens a FIFO if it has a reader. A blocking open(2) would never return if no reader comes. */
function openIfRead(path) {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error.code !== 'ENXIO') throw error;
    return undefined;
  }
}
