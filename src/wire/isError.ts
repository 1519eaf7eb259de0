import { isNativeError } from 'node:util/types';

/** Also one of another realm (`node:vm`), or one without a prototype. */
export function isError(value: object): boolean {
  return isNativeError(value) || value instanceof Error;
}
