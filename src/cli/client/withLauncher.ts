import type { ControlClient } from '../../control/controlClient.js';
import { ExitError } from '../exitError.js';
import { connectDaemon } from './background.js';
import { withTimeout } from './inTime.js';
import type { Io } from './io.js';
import { type ClientOptions, withManagers } from './withManagers.js';

/**
 * Does something with the manager that is to run services, and lets go of it: the background one, launched when there is
 * none, or the one that was asked for.
 *
 * @throws ExitError 124 when it does not answer in time, 3 when the manager that was asked for is not there
 */
export async function withDaemon<T>(
  options: ClientOptions,
  io: Pick<Io, 'warn'>,
  work: (client: ControlClient) => Promise<T>,
): Promise<T> {
  const { manager = 'daemon', timeout } = options;
  if (manager !== 'daemon') {
    return withManagers(options, io, async ([client, another]) => {
      // Without one, it would have been missed before.
      if (client !== undefined && another === undefined) return work(client);
      throw new ExitError(2, `--manager: ${manager} is a process with several managers. Give another one.`);
    });
  }
  const begin = performance.now();
  const client = await connectDaemon(timeout);
  try {
    return await withTimeout(work(client), timeout, begin);
  } finally {
    client.close();
  }
}
