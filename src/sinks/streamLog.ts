import { Subject } from 'rxjs';
import { consoleOutput } from './consoleOutput.js';
import type { ConsoleStream } from './consoleDevice.js';
import type { Log, LogFailure } from './openLog.js';
import { countLines, sizeOf } from './writeQueue.js';

/** A log that is one of this process's own streams: never opened, renamed or closed. */
export function streamLog(stream: ConsoleStream): Log {
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
    // The stream writes at once what its reader takes.
    writeNow: () => undefined,
    close: () => {
      closing = true;
      endIfDone();
    },
  };
}
