import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRecord } from '../../model/check.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { makeFolder } from '../../system/makeFolder.js';
import { readOwnFile } from '../discovery/privateFolder.js';
import { parsePortableSpec, portableSpec } from '../protocol/portableSpec.js';

/** A child in the saved list. */
export interface SavedService {
  readonly spec: ChildSpec;
  /** True when it was stopped: `resurrect` then adds it without starting it. */
  readonly stopped: boolean;
}

export interface SavedList {
  /** @throws RxvisorError with code `ERR_SPEC` or `ERR_CONTROL` */
  readonly write: (children: readonly SavedService[]) => void;
  /** Reads the valid children, and the problems of the others. @throws RxvisorError with code `ERR_CONTROL` */
  readonly read: () => { readonly children: readonly SavedService[]; readonly problems: readonly string[] };
}

/** Version of the file format. Raise it for a change that an older rxvisor would misread. */
const VERSION = 1;

/**
 * The saved list: a file, with the previous list in `FILE.bak`. If a write is interrupted, the file is still complete,
 * either old or new. Only this user can read it, because environments may hold secrets.
 */
export function savedList(path: string): SavedList {
  const backup = `${path}.bak`;
  return {
    write: (children) => {
      const entries = children.map(({ spec, stopped }, index) => ({ spec: portableEntry(spec, index), stopped }));
      const text = `${JSON.stringify({ version: VERSION, savedAt: Date.now(), children: entries }, null, 2)}\n`;
      try {
        makeFolder(dirname(path), 0o700);
        replaceFile(path, text, backup);
      } catch (cause) {
        throw new RxvisorError('ERR_CONTROL', `${path}: cannot write this file: ${describeError(cause).message}`, {
          cause,
        });
      }
    },
    read: () => {
      const [list, problem] = readList(path);
      if (list !== undefined) return parseChildren(list, []);
      const [older] = readList(backup);
      if (older === undefined) throw new RxvisorError('ERR_CONTROL', problem);
      return parseChildren(older, [`${problem} (${basename(backup)} was used instead)`]);
    },
  };
}

function portableEntry(spec: ChildSpec, index: number): object {
  try {
    return portableSpec(spec);
  } catch (cause) {
    const { message } = describeError(cause);
    throw new RxvisorError('ERR_SPEC', `children[${String(index)}]: ${message}`, { cause });
  }
}

/** Synchronous, so that two writes of one process cannot mix. */
function replaceFile(path: string, text: string, backup: string): void {
  const temporary = `${path}.tmp`;
  // `wx` below then makes a new file: never through a link, and never with another mode.
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // Only a valid list becomes the backup.
  if (readList(path)[0] !== undefined) {
    const aside = `${backup}.tmp`;
    rmSync(aside, { force: true });
    linkSync(path, aside);
    renameSync(aside, backup);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Writes the rename to the disk. Best effort: the rename itself has succeeded. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    fsyncSync(fd);
    closeSync(fd);
  } catch {
    // Windows cannot open a folder.
  }
}

/** The list in a file, or the reason why it cannot be read. */
function readList(path: string): readonly [readonly unknown[], ''] | readonly [undefined, string] {
  const where = join(dirname(path), basename(path));
  try {
    const content: unknown = JSON.parse(readOwnFile(path));
    if (!isRecord(content) || !('version' in content) || !('children' in content) || !Array.isArray(content.children)) {
      return [undefined, `${where}: not a saved list. To write one, run: rxvisor save`];
    }
    if (content.version === VERSION) return [content.children, ''];
    return [
      undefined,
      `${where}: has format version ${String(content.version)}; this rxvisor reads version ${String(VERSION)}. Use a newer rxvisor.`,
    ];
  } catch (error) {
    const { code, message } = describeError(error);
    if (code === 'ENOENT') return [undefined, `${where}: no such file. To write one, run: rxvisor save`];
    return [undefined, `${where}: cannot read this file: ${message}`];
  }
}

function parseChildren(list: readonly unknown[], problems: readonly string[]): ReturnType<SavedList['read']> {
  const children: SavedService[] = [];
  const allProblems: string[] = [...problems];
  for (const [index, entry] of list.entries()) {
    const { spec, stopped }: { spec?: unknown; stopped?: unknown } = isRecord(entry) ? entry : {};
    try {
      children.push({ spec: parsePortableSpec(spec), stopped: stopped === true });
    } catch (error) {
      allProblems.push(`children[${String(index)}]: ${describeError(error).message}`);
    }
  }
  return { children, problems: allProblems };
}
