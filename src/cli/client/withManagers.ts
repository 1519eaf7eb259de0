import type { ControlClient } from '../../control/client/controlClient.js';
import { findManagers } from '../../control/client/findManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** What all commands take that ask managers. */
export interface ClientOptions {
  readonly json?: boolean;
  /** A pid, or `daemon`. */
  readonly manager?: string;
  /** In ms, for all of the command. */
  readonly timeout?: number;
}

interface WithManagersOptions extends Pick<ClientOptions, 'manager' | 'timeout'> {
  /** The timeout is for finding them, not for what is done with them. Default `false`. */
  readonly connectTimeoutOnly?: boolean;
}

/**
 * Does something with all managers of this user, or the one that was asked for, and lets go of them.
 *
 * @throws CliError 124 when nobody answers in time, 3 when the manager that was asked for is not there
 */
export async function withManagers<T>(
  { manager, timeout, connectTimeoutOnly: lasting = false }: WithManagersOptions,
  { warn }: Pick<Io, 'warn'>,
  work: (managers: readonly ControlClient[]) => Promise<T>,
): Promise<T> {
  const { managers: found, failures: silent } = await findManagers({ only: socketNames(manager), timeout });
  for (const { message } of silent) warn(message);
  const managers = found.filter(
    ({ manager: { pid, name } }) => manager === undefined || manager === name || manager === String(pid),
  );
  try {
    if (managers.length === 0 && silent.length > 0) throw new CliError(124, 'no manager answers.');
    if (managers.length === 0 && manager !== undefined) {
      if (manager === 'daemon') throw new CliError(3, 'no background manager runs. Start one: rxvisor start FILE.');
      throw new CliError(3, `--manager: ${manager} is not running. Look at: rxvisor ping.`);
    }
    return await withTimeout(work(managers), lasting ? undefined : timeout);
  } finally {
    for (const { close } of found) close();
  }
}

/** The daemon may be asked for by its pid, too. */
function socketNames(manager: string | undefined): ((name: string) => boolean) | undefined {
  if (manager === undefined) return undefined;
  return (name) => name === 'daemon' || name === manager || name.startsWith(`${manager}-`);
}

/**
 * What some work gives, if it is done in time.
 *
 * @param timeout in ms; undefined: for ever
 * @param since when it began to count, by `performance.now()`. Default: now
 * @throws CliError 124 when it is not
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
        reject(new CliError(124, `--timeout: not done within ${String(timeout)} ms. It may be later.`));
      },
      since + timeout - performance.now(),
    );
  });
  return Promise.race([work, timedOut]).finally(() => {
    clearTimeout(timer);
  });
}

/** Whose a child is, as programs read it. */
export interface ManagerSummary {
  readonly pid: number;
  readonly name?: string;
}

export function summarizeManager({ manager: { pid, name } }: Pick<ControlClient, 'manager'>): ManagerSummary {
  return { pid, ...(name !== undefined && { name }) };
}

/** What a manager is called in tables, and for `--manager`. */
export function managerName({ pid, name }: { readonly pid: number; readonly name?: string }): string {
  return name === 'daemon' ? name : String(pid);
}

/** What is said where there is nobody to ask. */
export const NO_MANAGER = 'no manager runs. Start one: rxvisor start FILE.';
