import { type Control, createControl } from './controlOf.js';
import { findManagers } from './findManagers.js';
import { checkOptions } from '../model/check.js';
import { clientOptions, type ClientOptions } from './controlClient.js';

/**
 * Connects to all managers of this user: the background manager, each `rxvisor run`, and apps with `serveControl$`.
 * Those that do not answer in time are left out.
 *
 * @throws RxvisorError, as a rejection: with code `ERR_OPTION` when `RXVISOR_HOME` is not an absolute path; `ERR_CONTROL` when
 * another user can control the folder of the sockets
 * @example
 * ```ts
 * import { findControls } from 'rxvisor/control';
 *
 * for (const control of await findControls()) {
 *   console.log(control.manager.pid, await control.list());
 *   control.close();
 * }
 * ```
 */
export async function findControls(options: ClientOptions = {}): Promise<readonly Control[]> {
  checkOptions(options, clientOptions);
  const { managers } = await findManagers({ timeout: options.timeout });
  return managers.map(createControl);
}
