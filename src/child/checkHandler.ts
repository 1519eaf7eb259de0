import { RxvisorError } from '../model/errors.js';

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkHandler(handler: unknown): void {
  if (typeof handler === 'function') return;
  throw new RxvisorError('ERR_OPTION', `handler: ${typeof handler} is not a function. Give a function.`);
}
