// The daemon is the manager: this program starts it, says its pid and goes.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { programs } from '../programs.mjs';

const home = process.env.PM2_HOME;
const apps = programs.map(({ name, file, args, script }) => ({
  name,
  script: script ?? file,
  args: script ? [] : args,
  interpreter: script ? undefined : 'none',
}));
writeFileSync(join(home, 'apps.json'), JSON.stringify({ apps }));
const pm2 = join(createRequire(import.meta.url).resolve('pm2'), '../bin/pm2');
execFileSync(process.execPath, [pm2, 'start', join(home, 'apps.json')], { stdio: 'ignore' });
console.log(readFileSync(join(home, 'pm2.pid'), 'utf8').trim());
