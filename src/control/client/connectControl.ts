import { checkOptions } from '../../model/check.js';
import { type Control, createControl } from './control.js';
import { type ClientOptions, clientOptionChecks, controlClient } from './controlClient.js';
import { findManagers } from './findManagers.js';

/**
 * Connects to one manager: the background manager, a `rxvisor run`, or an app with `serveControl$`.
 *
 * @param path path of its socket
 * @throws RxvisorError with code `ERR_CONTROL`, as a rejection, when no manager answers in time, or its version is
 * incompatible
 * @example
 * ```ts
 * import { connectControl } from 'rxvisor/control';
 *
 * using control = await connectControl('/run/user/1000/app.sock');
 * for (const { name, state } of await control.list()) console.log(name, state);
 * await control.restart('web');
 * ```
 */
export async function connectControl(path: string, options: ClientOptions = {}): Promise<Control> {
  return createControl(await controlClient(path, options));
}

/**
 * Connects to all managers of this user: the background manager, each `rxvisor run`, and apps with `serveControl$`.
 * Skips managers that do not answer in time.
 *
 * @throws RxvisorError, as a rejection: with code `ERR_OPTION` when `RXVISOR_HOME` is not an absolute path;
 * `ERR_CONTROL` when another user controls the folder of the sockets
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
  checkOptions(options, clientOptionChecks);
  const { managers } = await findManagers({ timeout: options.timeout });
  return managers.map(createControl);
}
