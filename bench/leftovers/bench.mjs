// How many of seven descendants outlive a manager that is killed by SIGKILL. Linux only: it reads /proc.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT = 1_200; // the grace of 200 ms, and a second
const managers = ['rxvisor', 'pm2', 'execa', 'forever-monitor', 'respawn', 'concurrently'];

console.log(`| manager | of 7 descendants alive ${WAIT} ms after its SIGKILL |\n|---|---|`);
for (const name of managers) console.log(`| ${name} | ${await leftBy(name)} |`);

async function leftBy(name) {
  const mark = `LEFTOVERS_${randomUUID().replaceAll('-', '_')}`;
  const home = mkdtempSync(join(tmpdir(), 'rxvisor-leftovers-'));
  const manager = spawn(process.execPath, [join(import.meta.dirname, `managers/${name}.mjs`)], {
    env: { ...process.env, [mark]: '1', PM2_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  manager.stdout.on('data', (chunk) => (said += chunk));
  await until(() => descendants(mark).length === 7, `${name}: seven descendants`);
  if (name === 'pm2') await until(() => said.trim() !== '', 'the pid of the daemon');
  await sleep(500);
  process.kill(name === 'pm2' ? Number(said) : manager.pid, 'SIGKILL');
  await sleep(WAIT);
  const left = descendants(mark);
  for (const pid of carriers(mark)) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
  return left.length;
}

/** The seven, by their command lines; managers, daemons and shells between do not count. */
function descendants(mark) {
  return carriers(mark).filter((pid) => /(ipc|deaf|deserter)\.cjs|deaf\.py|^sleep|^sh -c sleep/s.test(commandOf(pid)));
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .replace(/^\S*\//, '');
  } catch {
    return '';
  }
}

function carriers(mark) {
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

async function until(done, what) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (done()) return;
    await sleep(50);
  }
  throw new Error(`never seen: ${what}`);
}
