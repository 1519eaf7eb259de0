import type { ControlClient } from '../../control/controlClient.js';
import { findManagers } from '../../control/findManagers.js';
import { ExitError } from '../exitError.js';
import { withTimeout } from './inTime.js';
import type { Io } from './io.js';

/** What all commands take that ask managers. */
export interface ClientOptions {
  readonly json?: boolean;
  /** A pid, or `daemon`. */
  readonly manager?: string;
  /** In ms, for all of the command. */
  readonly timeout?: number;
}

interface FindingOptions extends Pick<ClientOptions, 'manager' | 'timeout'> {
  /** The timeout is for finding them, not for what is done with them. Default `false`. */
  readonly lasting?: boolean;
}

/**
 * Does something with all managers of this user, or the one that was asked for, and lets go of them.
 *
 * @throws ExitError 124 when nobody answers in time, 3 when the manager that was asked for is not there
 */
export async function withManagers<T>(
  { manager, timeout, lasting = false }: FindingOptions,
  { warn }: Pick<Io, 'warn'>,
  work: (managers: readonly ControlClient[]) => Promise<T>,
): Promise<T> {
  const { managers: found, silent } = await findManagers({ only: namesOf(manager), timeout });
  for (const { message } of silent) warn(message);
  const managers = found.filter(
    ({ manager: { pid, name } }) => manager === undefined || manager === name || manager === String(pid),
  );
  try {
    if (managers.length === 0 && silent.length > 0) throw new ExitError(124, 'no manager answers.');
    if (managers.length === 0 && manager !== undefined) {
      if (manager === 'daemon') throw new ExitError(3, 'no background manager runs. Start one: rxvisor start FILE.');
      throw new ExitError(3, `--manager: ${manager} is not running. Look at: rxvisor ping.`);
    }
    return await withTimeout(work(managers), lasting ? undefined : timeout);
  } finally {
    for (const { close } of found) close();
  }
}

/** The daemon may be asked for by its pid, too. */
function namesOf(manager: string | undefined): ((name: string) => boolean) | undefined {
  if (manager === undefined) return undefined;
  return (name) => name === 'daemon' || name === manager || name.startsWith(`${manager}-`);
}
