import { readFileSync } from 'node:fs';

/** The version of this package. Its folder is two folders up, from `src/system` and from `dist/system` alike. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
