import type { ControlClient } from '../../control/client/controlClient.js';
import { findManagers } from '../../control/client/findManagers.js';
import { CliError } from '../cliError.js';
import type { ManagerSummary } from '../format/label.js';
import type { Io } from '../io.js';

/** Options of all commands that connect to managers. */
export interface ClientOptions {
  readonly json?: boolean;
  /** Use only this manager: its pid, or `daemon`. */
  readonly manager?: string;
  /** Time for the whole command, in ms. */
  readonly timeout?: number;
}

interface WithManagersOptions extends Pick<ClientOptions, 'manager' | 'timeout'> {
  /** Apply the timeout to the connections only, not to `work`. Default `false`. */
  readonly connectTimeoutOnly?: boolean;
  /** Request the list of children together with the connection. Default `false`. */
  readonly withList?: boolean;
}

/**
 * Connects to all managers of this user, or to the one that `--manager` selects. Calls `work`, then closes the
 * connections.
 *
 * @throws CliError 124 when no manager answers in time, 3 when the selected manager does not run
 */
export async function withManagers<T>(
  { manager, timeout, connectTimeoutOnly = false, withList }: WithManagersOptions,
  { warn }: Pick<Io, 'warn'>,
  work: (managers: readonly ControlClient[]) => Promise<T>,
): Promise<T> {
  const { managers: found, failures } = await findManagers({ only: socketNames(manager), timeout, withList });
  for (const { message } of failures) warn(message);
  const managers = found.filter(
    ({ manager: { pid, name } }) => manager === undefined || manager === name || manager === String(pid),
  );
  try {
    if (managers.length === 0 && failures.length > 0) throw new CliError(124, 'no manager answers.');
    if (managers.length === 0 && manager !== undefined) {
      if (manager === 'daemon') throw new CliError(3, `no background manager runs. ${START_ONE}`);
      throw new CliError(3, `--manager: ${manager} does not run. To list managers, run: rxvisor ping`);
    }
    return await withTimeout(work(managers), connectTimeoutOnly ? undefined : timeout);
  } finally {
    for (const { close } of found) close();
  }
}

/**
 * Waits for `work`, but not longer than `timeout`.
 *
 * @param timeout in ms; undefined: no limit
 * @param since start of the timeout, by `performance.now()`. Default: now
 * @throws CliError 124 when the time is over
 */
export async function withTimeout<T>(
  work: Promise<T>,
  timeout: number | undefined,
  since: number = performance.now(),
): Promise<T> {
  if (timeout === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        reject(
          new CliError(
            124,
            `--timeout: not done within ${String(timeout)} ms. The manager may still complete the command.`,
          ),
        );
      },
      since + timeout - performance.now(),
    );
  });
  return Promise.race([work, timedOut]).finally(() => {
    clearTimeout(timer);
  });
}

export function summarizeManager({ manager: { pid, name } }: Pick<ControlClient, 'manager'>): ManagerSummary {
  return { pid, ...(name !== undefined && { name }) };
}

const START_ONE = 'To start one, run: rxvisor start FILE, or rxvisor resurrect for the saved services';

export const NO_MANAGER = `no manager runs. ${START_ONE}`;

/** Selects sockets by name. The daemon is always among them, since its pid may be given. */
function socketNames(manager: string | undefined): ((name: string) => boolean) | undefined {
  if (manager === undefined) return undefined;
  return (name) => name === 'daemon' || name === manager || name.startsWith(`${manager}-`);
}
