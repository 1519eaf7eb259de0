/// <reference types="node" preserve="true" />
import { isManaged } from './child/manager.js';
import { onStopping } from './child/onStopping.js';
import { checkArgument } from './model/check.js';
import { callback as aCallback } from './model/checks.js';
import type { ChildSpec } from './model/spec/childSpec.js';
import type { Status } from './model/status.js';
import type { Target } from './model/target.js';
import { byteCredit } from './operators/byteCredit.js';
import { toConsole } from './sinks/toConsole.js';
import { type Child, supervise } from './supervisor/supervise.js';

/** A callback in the style of Node: called with the error, or without an argument after success. */
export type Callback = (error?: unknown) => void;

const flow = byteCredit();
/** The supervisor of all functions of this module. It has no effect before its first child. */
const supervisor = supervise([], { flow });

/**
 * Starts a child.
 *
 * Without a `log`, its output is printed unchanged. With `output: false`, the output is discarded.
 *
 * @param spec see `ChildSpec`
 * @returns the child
 * @throws SpecError if the spec is invalid
 * @example
 * ```ts
 * import * as pm from 'rxvisor/pm';
 *
 * pm.start({ name: 'service1', command: 'sleep', args: ['60'], log: 'logs/service1.log', stripANSI: true });
 * await pm.stopall();
 * ```
 */
export function start(spec: ChildSpec): Child;
/**
 * Starts a child, and passes an error to the callback instead of throwing it.
 *
 * @param spec see `ChildSpec`
 * @param callback called with the SpecError of an invalid spec, or without an argument when the child is started
 * @returns the child, or undefined if the spec is invalid
 */
export function start(spec: ChildSpec, callback: Callback): Child | undefined;
export function start(spec: ChildSpec, callback?: Callback): Child | undefined {
  checkCallback(callback);
  if (callback === undefined) return startAndPrint(spec);
  let child: Child;
  try {
    child = startAndPrint(spec);
  } catch (error) {
    callback(error);
    return undefined;
  }
  callback();
  return child;
}

/**
 * Stops all children of a name. Resolves when their processes have ended and their logs are written.
 *
 * @param name a name, or another `Target`. Children without a name are stopped by `stopall`
 * @param callback called when they have stopped, or with the error
 * @returns the statuses of the stopped children; none for an unknown name
 * @throws RxvisorError with code `ERR_TARGET` if it is not a target. With a callback, the error goes to the callback only
 * @example
 * ```ts
 * import * as pm from 'rxvisor/pm';
 *
 * pm.start({ name: 'service1', command: 'sleep', args: ['60'] });
 * await pm.stop('service1');
 * ```
 */
export async function stop(name: Target, callback?: Callback): Promise<readonly Status[]> {
  return withCallback(async () => supervisor.stop(name), callback);
}

/**
 * Stops all children, after the `onstopping` handlers.
 *
 * @param callback called when they have stopped, or with the error
 * @returns the statuses of the stopped children
 */
export async function stopall(callback?: Callback): Promise<readonly Status[]> {
  return withCallback(async () => supervisor.stopAll(), callback);
}

/**
 * Restarts all children of a name. Resolves when the new runs are ready or have failed.
 *
 * @param name a name, or another `Target`
 * @param callback called then, or with the error
 * @returns the statuses of the restarted children; none for an unknown name
 * @throws RxvisorError with code `ERR_TARGET` if it is not a target. With a callback, the error goes to the callback only
 */
export async function restart(name: Target, callback?: Callback): Promise<readonly Status[]> {
  return withCallback(async () => supervisor.restart(name), callback);
}

/**
 * Adds a handler that runs when this process is about to stop, before its children are stopped.
 *
 * Inside a managed child, the handler runs when that child is asked to stop. A handler may be async. It has the grace period, 200 ms
 * by default.
 *
 * @param handler called once at the stop
 * @returns a function that removes the handler
 * @example
 * ```ts
 * import * as pm from 'rxvisor/pm';
 *
 * pm.onstopping(() => {
 *   console.log('stopping');
 * });
 * ```
 */
export function onstopping(handler: () => unknown): () => void {
  return isManaged ? onStopping(handler) : supervisor.onStopping(handler);
}

function startAndPrint(spec: ChildSpec): Child {
  const child = supervisor.start(spec);
  if (spec.log === undefined) {
    child.event$.pipe(toConsole({ format: 'plain', flow })).subscribe({ error: () => undefined });
  }
  return child;
}

/** With a callback, an error goes to the callback only: the promise does not reject. */
async function withCallback(work: () => Promise<readonly Status[]>, callback?: Callback): Promise<readonly Status[]> {
  checkCallback(callback);
  if (callback === undefined) return work();
  let statuses: readonly Status[] = [];
  try {
    statuses = await work();
  } catch (error) {
    callback(error);
    return statuses;
  }
  callback();
  return statuses;
}

function checkCallback(callback: Callback | undefined): void {
  if (callback !== undefined) checkArgument('callback', callback, aCallback);
}
