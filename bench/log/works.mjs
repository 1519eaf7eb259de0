import { spawnSync } from 'node:child_process';

const managers = ['cat', 'node', 'rxvisor', 'rxvisor-quiet', 'pm2', 'execa', 'supervisord'];
// The managers that can strip.
const strippers = ['node-strip', 'rxvisor', 'rxvisor-quiet', 'supervisord'];

/** The jobs: which managers do them, and the manager in plain Node to compare with. */
export const works = [
  { title: 'Plain text, written in blocks of 64 KiB', mode: 'plain', managers, bare: 'node' },
  { title: 'Coloured text, stripped', mode: 'colour', strip: true, managers: strippers, bare: 'node-strip' },
  { title: 'Plain text, one write(2) a line', mode: 'lines', managers, bare: 'node' },
];

const hasSupervisord = spawnSync('supervisord', ['--version']).error === undefined;

/** @param only names. Undefined: all managers that are installed */
export const chosen = (names, only) =>
  names.filter((name) => (only ? only.includes(name) : name !== 'supervisord' || hasSupervisord));
