import { execSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Real children import the package by name, which is `dist`: builds it when it is missing or older than a source. */
export default function ensureBuilt(): void {
  const builtAt = statSync('dist/index.js', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  if (sources.every((path) => statSync(path).mtimeMs <= builtAt)) return;
  try {
    execSync('npm run build', { stdio: 'inherit' });
  } catch (cause) {
    throw new Error('dist is missing or older than src, and `npm run build` fails: see its errors above', { cause });
  }
}
