import { RxvisorError } from './errors.js';
import { show } from './show.js';
import type { Status } from './status.js';

/**
 * Which children a command is for: all that bear a name (a string), the one with an id (a number), the one with a
 * process id, or those a predicate picks. There is no "all" by omission: an undefined target is an error.
 */
export type Target = string | number | { readonly pid: number } | ((status: Status) => boolean);

/**
 * The predicate a target stands for.
 *
 * @throws {@link RxvisorError} with code `ERR_TARGET` when it is none of the four.
 */
export function matches(target: Target): (status: Status) => boolean {
  if (typeof target === 'function') return (status) => answer(target(status));
  if (typeof target === 'string' && target !== '') return (status) => status.name === target;
  if (typeof target === 'number' && Number.isInteger(target)) return (status) => status.id === target;
  if (isPid(target)) return (status) => status.pid === target.pid;
  throw new RxvisorError(
    'ERR_TARGET',
    `target: ${show(target)} names no child. Give a name, an id, { pid } or a predicate; stopAll() is for all.`,
  );
}

/** Any value is taken as JavaScript takes it, but for a promise: that is true whatever becomes of it, and all would be meant. */
function answer(value: unknown): boolean {
  if (!(typeof value === 'object' && value !== null && 'then' in value)) return Boolean(value);
  throw new RxvisorError('ERR_TARGET', 'target: a predicate returned a promise. Return true or false at once.');
}

function isPid(target: unknown): target is { readonly pid: number } {
  return (
    typeof target === 'object' &&
    target !== null &&
    'pid' in target &&
    Number.isInteger(target.pid) &&
    Object.keys(target).length === 1
  );
}
