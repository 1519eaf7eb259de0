import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

/** One line: on what it ran, and which versions. */
export function printMachine() {
  const [{ model }] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const peers = Object.entries(dependencies).filter(([, version]) => !version.startsWith('file:'));
  console.log(
    [
      `${model.trim()}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release()}; Node ${process.version}`,
      ...peers.map((peer) => peer.join(' ')),
    ].join(', '),
  );
}
