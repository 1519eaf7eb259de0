import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRecord } from '../../model/check.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { readOwnFile } from '../discovery/privateFolder.js';
import { parsePortableSpec, portableSpec } from '../protocol/portableSpec.js';

/** A child that is to be there again. */
export interface SavedService {
  readonly spec: ChildSpec;
  /** Known, and not running. */
  readonly stopped: boolean;
}

export interface SavedList {
  /** @throws RxvisorError with code `ERR_SPEC` or `ERR_CONTROL` */
  readonly write: (children: readonly SavedService[]) => void;
  /** The children, and what is wrong with the others. @throws RxvisorError with code `ERR_CONTROL` */
  readonly read: () => { readonly children: readonly SavedService[]; readonly problems: readonly string[] };
}

/** What a reader has to know. A change that an older one would misread raises it. */
const VERSION = 1;

/**
 * A list of children in a file, with the one before it beside, in `FILE.bak`. However a write ends, the file is the
 * old one or the new one, whole; it may hold secrets of the environments, and is this user's alone.
 */
export function savedList(path: string): SavedList {
  const backup = `${path}.bak`;
  return {
    write: (children) => {
      const entries = children.map(({ spec, stopped }, index) => ({ spec: portableEntry(spec, index), stopped }));
      const text = `${JSON.stringify({ version: VERSION, savedAt: Date.now(), children: entries }, null, 2)}\n`;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        replaceFile(path, text, backup);
      } catch (cause) {
        throw new RxvisorError('ERR_CONTROL', `${path}: cannot be written: ${describeError(cause).message}`, { cause });
      }
    },
    read: () => {
      const [list, problem] = readList(path);
      if (list !== undefined) return parseChildren(list, []);
      const [older] = readList(backup);
      if (older === undefined) throw new RxvisorError('ERR_CONTROL', problem);
      return parseChildren(older, [`${problem} Using ${basename(backup)}.`]);
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

/** Synchronous throughout: two writers of one process cannot be in each other's way. */
function replaceFile(path: string, text: string, backup: string): void {
  const temporary = `${path}.tmp`;
  // Not what a link, or a file with another mode, would make of it.
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // A broken one is no backup for a whole one.
  if (readList(path)[0] !== undefined) {
    const aside = `${backup}.tmp`;
    rmSync(aside, { force: true });
    linkSync(path, aside);
    renameSync(aside, backup);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** That a file was renamed is on the disk when its folder is. Not every system can, and all have renamed it. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    fsyncSync(fd);
    closeSync(fd);
  } catch {
    // Windows opens no folders.
  }
}

/** The list in a file, or why there is none. */
function readList(path: string): readonly [readonly unknown[], ''] | readonly [undefined, string] {
  const where = join(dirname(path), basename(path));
  try {
    const content: unknown = JSON.parse(readOwnFile(path));
    if (!isRecord(content) || !('version' in content) || !('children' in content) || !Array.isArray(content.children)) {
      return [undefined, `${where}: is not a saved list. Save one first: rxvisor save.`];
    }
    if (content.version === VERSION) return [content.children, ''];
    return [
      undefined,
      `${where}: has version ${String(content.version)}, not ${String(VERSION)}. Use a newer rxvisor.`,
    ];
  } catch (error) {
    const { code, message } = describeError(error);
    if (code === 'ENOENT') return [undefined, `${where}: no such file. Save a list first: rxvisor save.`];
    return [undefined, `${where}: cannot be read: ${message}`];
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
