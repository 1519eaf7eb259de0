import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { instanceOf } from '../../model/spec/instance.js';
import { isChosen, serviceKey } from '../../process/resolveSpec.js';

/** The longest name that is used as it is. A file name has 255 bytes at most; a rotated log has a suffix of 29. */
const MAX_PLAIN_NAME = 100;
/** How much of any other name is kept, in code points of up to four bytes. */
const MAX_SHOWN = 40;

/**
 * The name of the log of a service without a `log`. Two services never share a name, even if the file system ignores case or
 * Unicode normalization.
 *
 * A name of small letters, digits, `.`, `_` and `-` is used as it is. Any other name has a `~` and a digest.
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

/** `web-1` without an instance would be taken for instance 1 of `web`; `daemon.log` is the manager's own. */
function isPlain(name: string, instance: number | undefined): boolean {
  if (!/^[a-z0-9_][a-z0-9._-]*$/.test(name) || name.length > MAX_PLAIN_NAME) return false;
  return name !== 'daemon' && (instance !== undefined || !/-\d+$/.test(name));
}

/** Of a log that nobody has asked for, or looks after: it must not fill the disk. */
export const logRotation = { size: 10_000_000, keep: 5 } as const;
