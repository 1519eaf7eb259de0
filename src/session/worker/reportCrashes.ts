import { sendToManager } from '../../child/manager.js';
import { toErrorLike } from '../../ipc/errorLike.js';
import type { CrashMessage } from '../protocol.js';
import { exits } from './onExit.js';

let reporting = false;

/**
 * Ends this process with 1 at an uncaught exception or an unhandled rejection, in this order: the error on stderr, the report
 * to the manager (`crashes()`, `crash$`), the `onExit` handlers, for the grace at most, the exit.
 *
 * Calling it again changes nothing. Without a manager there is no report; the rest is the same.
 *
 * @example
 * ```ts
 * import { reportCrashes } from 'rxvisor/session/worker';
 *
 * reportCrashes();
 * ```
 */
export function reportCrashes(): void {
  if (reporting) return;
  reporting = true;
  const { run } = exits();
  let crashed = false;

  const crash = (thrown: unknown, prefix = ''): void => {
    const like = toErrorLike(thrown);
    process.stderr.write(`${prefix}${like.stack ?? like.message}\n`);
    if (crashed) return;
    crashed = true;
    const error = { ...like, message: `${prefix}${like.message}` };
    const grace = Number(process.env.RXVISOR_GRACE ?? 200);
    // A handler that hangs, and a channel that is full, hold nobody.
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
