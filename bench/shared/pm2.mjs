// pm2 as its users run it: by its command, against a daemon.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const program = join(createRequire(import.meta.url).resolve('pm2'), '../bin/pm2');
const home = process.env.PM2_HOME;

export const pm2 = (...args) => execFileSync(process.execPath, [program, ...args], { stdio: 'ignore' });

/** Starts apps; gives the pid of the daemon, which ends with this process. */
export function startApps(apps) {
  const file = join(home, '..', 'apps.json');
  writeFileSync(file, JSON.stringify({ apps }));
  process.on('SIGTERM', () => {
    pm2('kill');
    process.exit();
  });
  pm2('start', file);
  return daemon();
}

export const daemon = () => Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
