import { dirname } from 'node:path';

/** A path segment that is an Electron archive; what was unpacked beside it has another extension already. */
const archive = /\.asar(?=[\\/]|$)/;

/**
 * Programs that are not Node cannot look into an archive: electron-builder's `asarUnpack` puts their files beside it,
 * in `app.asar.unpacked`. https://www.electronjs.org/docs/latest/tutorial/asar-archives
 */
export function asarUnpackedPath(path: string): string {
  return path.replace(archive, '.asar.unpacked');
}

/** An archive is a file, and no process can have its working directory in a file: the folder it lies in will do. */
export function asarParentFolder(cwd: string): string {
  const { index } = archive.exec(cwd) ?? {};
  return index === undefined ? cwd : dirname(cwd.slice(0, index));
}
