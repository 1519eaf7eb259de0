import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { instanceOf } from '../../model/spec/instance.js';
import { isChosen, serviceKey } from '../../process/resolveSpec.js';

/**
 * The file name of the log of a service without a `log`. Two services never get the same name, even on a file system
 * that ignores case or Unicode normalization.
 *
 * A name of lower-case letters, digits, `.`, `_` and `-` is used unchanged. Any other name gets a `~` and a digest.
 */
export function logName(spec: ChildSpec): string {
  const { name, namespace, script, command } = spec;
  const instance = instanceOf(spec);
  const number = instance === undefined ? '' : `-${String(instance)}`;
  if (isChosen(name, script) && namespace === undefined && isPlain(name, instance)) return `${name}${number}.log`;
  const label = [namespace, name ?? basename(script ?? command ?? 'main')]
    .filter((part) => part !== undefined)
    .join('.');
  const shown = [...label.replace(/[^\p{L}\p{N}._-]|^\./gu, '_')].slice(0, MAX_SHOWN).join('');
  const digest = createHash('sha256').update(serviceKey(spec)).digest('hex').slice(0, 12);
  return `${shown}~${digest}${number}.log`;
}

/** Rotation of these logs, so that they cannot fill the disk. `size` in bytes. */
export const logRotation = { size: 10_000_000, keep: 5 } as const;

/** Maximum length of a name that is used unchanged. A file name has at most 255 bytes; rotation adds a suffix of 29. */
const MAX_PLAIN_NAME = 100;
/** Length to keep of any other name, in code points of up to four bytes. */
const MAX_SHOWN = 40;

/** A service `web-1` would share its log with instance 1 of `web`. `daemon.log` is the log of the manager. */
function isPlain(name: string, instance: number | undefined): boolean {
  if (!/^[a-z0-9_][a-z0-9._-]*$/.test(name) || name.length > MAX_PLAIN_NAME) return false;
  return name !== 'daemon' && (instance !== undefined || !/-\d+$/.test(name));
}
