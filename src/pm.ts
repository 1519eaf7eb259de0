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

/** Told of what went wrong, or nothing when all went well. */
export type Callback = (error?: unknown) => void;

const flow = byteCredit();
/** The one supervisor of this face. It touches nothing before its first child. */
const supervisor = supervise([], { flow });

/**
 * Starts a child. Without a `log`, its output is printed unchanged. With `output: false`, it is discarded.
 *
 * @param spec see `ChildSpec`
 * @returns the child
 * @throws SpecError when the spec is wrong
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
 * Starts a child, and throws nothing.
 *
 * @param spec see `ChildSpec`
 * @param callback gets a wrong spec as an error; called without one once the child is started
 * @returns the child, or undefined when its spec is wrong
 */
export function start(spec: ChildSpec, callback: Callback): Child | undefined;
export function start(spec: ChildSpec, callback?: Callback): Child | undefined {
  checkCallback(callback);
  if (callback === undefined) return printed(supervisor.start(spec), spec);
  let child: Child;
  try {
    child = printed(supervisor.start(spec), spec);
  } catch (error) {
    callback(error);
    return undefined;
  }
  callback();
  return child;
}

function printed(child: Child, { log }: ChildSpec): Child {
  if (log === undefined) child.event$.pipe(toConsole({ format: 'plain', flow })).subscribe({ error: () => undefined });
  return child;
}

/**
 * Stops all children that bear a name. Those without a name cannot be reached by one; `stopall` reaches them.
 *
 * @returns the statuses of those stopped, none for an unknown name
 */
export async function stop(name: Target, callback?: Callback): Promise<readonly Status[]> {
  return notified(async () => supervisor.stop(name), callback);
}

/** Stops all children, after the `onstopping` handlers. */
export async function stopall(callback?: Callback): Promise<readonly Status[]> {
  return notified(async () => supervisor.stopAll(), callback);
}

/** Restarts all children that bear a name; resolves when the new runs are ready or have failed. */
export async function restart(name: Target, callback?: Callback): Promise<readonly Status[]> {
  return notified(async () => supervisor.restart(name), callback);
}

/**
 * Called when this process is stopping, before its children are stopped; inside a managed child, when that is asked
 * to stop. Handlers may be async; they have the grace, 200 ms by default.
 *
 * @returns a function that takes the handler back
 */
export function onstopping(handler: () => unknown): () => void {
  return isManaged ? onStopping(handler) : supervisor.onStopping(handler);
}

/** With a callback, an error is told to it and to nobody else. */
async function notified(work: () => Promise<readonly Status[]>, callback?: Callback): Promise<readonly Status[]> {
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
