import { readFileSync } from 'node:fs';

/** This package's version. Two folders up is its own folder, from `src/sources` as well as from `dist/sources`. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
