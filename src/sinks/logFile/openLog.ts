import { asyncScheduler, type SchedulerLike, Subject } from 'rxjs';
import type { Effects, LogWriter, LogFailure } from '../../model/effects.js';
import type { FilePlan } from '../../model/spec/logPlan.js';
import { consoleOutput, type ConsoleStream } from '../consoleOutput.js';
import { logFile } from './logFile.js';
import { countLines, sizeOf } from './writeQueue.js';

/** Opens a log for one more writer. All writers to a path share one file; the plan of the first writer applies. */
export function openLog(
  path: string,
  effects: Effects,
  scheduler: SchedulerLike = asyncScheduler,
  plan: FilePlan = { rotate: undefined, fsync: 'never' },
): LogWriter {
  const stream = effects.standardStream(path);
  if (stream !== undefined) return streamLog(effects.process[stream]);
  const file = effects.logs.get(path) ?? logFile(path, plan, effects, scheduler);
  effects.logs.set(path, file);
  return file.addWriter();
}

/** A log that goes to stdout or stderr of this process. It is never opened, renamed or closed. */
function streamLog(stream: ConsoleStream): LogWriter {
  const output = consoleOutput(stream);
  const failure$ = new Subject<LogFailure>();
  let waiting = 0;
  let closing = false;
  const endIfDone = (): void => {
    if (closing && waiting === 0) failure$.complete();
  };
  return {
    failure$,
    write: (chunks, settled) => {
      if (sizeOf(chunks) === 0) {
        settled();
        return;
      }
      waiting += 1;
      output.write(Buffer.concat(chunks), (failure) => {
        waiting -= 1;
        settled();
        if (failure !== undefined) failure$.next({ ...failure, dropped: countLines(chunks) });
        endIfDone();
      });
    },
    reopen: () => undefined,
    // Nothing to do: the stream writes as soon as its reader takes bytes.
    switchToSync: () => undefined,
    close: () => {
      closing = true;
      endIfDone();
    },
  };
}
