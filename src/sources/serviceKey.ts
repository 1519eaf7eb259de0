import { basename, extname, resolve } from 'node:path';
import type { ChildSpec } from '../model/childSpec.js';

/**
 * Identifies a service: specs with the same key are instances of one service. The key is the namespace and the name. A name
 * that only repeats the name of the script says nothing, so the path of the program is part of the key then, too.
 */
export function serviceKey({ namespace, name, script, command, cwd = '.' }: ChildSpec): string {
  return JSON.stringify([namespace, isChosen(name, script) ? [name] : [name, pathOf({ script, command, cwd })]]);
}

/** Whether somebody chose this name. The command line calls a script by the name of its file. */
export function isChosen(name: string | undefined, script: string | undefined): name is string {
  return name !== undefined && (script === undefined || name !== basename(script, extname(script)));
}

function pathOf({ script, command, cwd }: Pick<ChildSpec, 'script' | 'command'> & { readonly cwd: string }): string[] {
  if (script !== undefined) return [resolve(cwd, script)];
  // A command without a slash is looked up in PATH.
  if (command === undefined || /[\\/]/.test(command)) return [resolve(cwd, command ?? '.')];
  return [resolve(cwd), command];
}
