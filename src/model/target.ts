import { RxvisorError } from './errors.js';
import { show } from './show.js';
import type { Status } from './status.js';

/**
 * Which children a command is for.
 *
 * - a string: all children of this name
 * - a number: the child with this id
 * - `{ pid }`: the child with this process id
 * - a predicate: all children for whose status it returns true
 *
 * An undefined target is an error; it does not mean "all".
 */
export type Target = string | number | { readonly pid: number } | ((status: Status) => boolean);

/**
 * Makes a predicate of a target.
 *
 * @throws {@link RxvisorError} with code `ERR_TARGET` if it is not a target
 */
export function matches(target: Target): (status: Status) => boolean {
  if (typeof target === 'function') return (status) => resultOf(target(status));
  if (typeof target === 'string' && target !== '') return (status) => status.name === target;
  if (typeof target === 'number' && Number.isInteger(target)) return (status) => status.id === target;
  if (isPid(target)) return (status) => status.pid === target.pid;
  throw new RxvisorError(
    'ERR_TARGET',
    `target: ${show(target)} names no child. Give a name, an id, { pid } or a predicate. For all children, use stopAll().`,
  );
}

/** Refuses a promise: it is always truthy, so an async predicate would select all children. */
function resultOf(value: unknown): boolean {
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
