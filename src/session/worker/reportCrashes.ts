import { sendToManager } from '../../child/manager.js';
import { toErrorLike } from '../../ipc/errorLike.js';
import type { CrashMessage } from '../protocol.js';
import { exits } from './onExit.js';

/**
 * Exits with code 1 at an uncaught exception or an unhandled rejection. It does this in order: print the error on stderr,
 * report it to the manager (`crashes()`, `crash$`), run the `onExit` handlers within the grace period, exit.
 *
 * A second call has no effect. Without a manager there is no report; the rest is the same.
 *
 * @example
 * ```ts
 * import { reportCrashes } from 'rxvisor/session/worker';
 *
 * reportCrashes();
 * ```
 */
export function reportCrashes(): void {
  if (isReporting) return;
  isReporting = true;
  const { run } = exits();
  let hasCrashed = false;

  const crash = (thrown: unknown, prefix = ''): void => {
    const report = toErrorLike(thrown);
    process.stderr.write(`${prefix}${report.stack ?? report.message}\n`);
    if (hasCrashed) return;
    hasCrashed = true;
    const error = { ...report, message: `${prefix}${report.message}` };
    const grace = Number(process.env.RXVISOR_GRACE ?? 200);
    // The process also exits when a handler hangs, or the channel is full.
    setTimeout(() => process.exit(1), grace);
    const end = (): void => void run({ type: 'crash', error }).then(() => process.exit(1));
    if (!sendToManager({ rxvisor: 'crash', error } satisfies CrashMessage, end)) end();
  };
  process.on('uncaughtException', (error) => {
    crash(error);
  });
  process.on('unhandledRejection', (reason) => {
    crash(reason, reason instanceof Error ? '' : 'unhandled rejection: ');
  });
}

let isReporting = false;
