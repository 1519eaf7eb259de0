import { type ClientOptions, controlClient } from './controlClient.js';
import { type Control, createControl } from './controlOf.js';

/**
 * Connects to a manager that serves control: a `rxvisor run`, a daemon, or an app with `serveControl$`.
 *
 * @param path of its socket
 * @throws RxvisorError with code `ERR_CONTROL`, as a rejection, when nobody answers there, or another version
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
