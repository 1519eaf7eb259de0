import { type Io, toJson } from '../io.js';
import { mainPath } from '../mainPath.js';

export interface UnitContext {
  /** Absolute path of the program, and its first arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True for a unit of the system, false for a unit of this user. */
  readonly system: boolean;
}

/** `rxvisor startup`: prints a systemd unit, and how to install it. */
export function startup({ json = false }: { readonly json?: boolean }, io: Io): void {
  const system = process.getuid?.() === 0;
  const command = [process.execPath, mainPath];
  const unit = startupUnit({ command, env: process.env, system });
  const path = system ? '/etc/systemd/system/rxvisor.service' : '~/.config/systemd/user/rxvisor.service';
  const systemctl = system ? 'systemctl' : 'systemctl --user';
  const commands = [
    `rxvisor startup > ${path}`,
    `${systemctl} enable --now rxvisor`,
    // Otherwise systemd stops it when the user logs out.
    ...(system ? [] : ['loginctl enable-linger']),
  ];
  io.print(json ? `${toJson({ unit, path, commands })}\n` : unit);
  if (!json) io.warn(`to start it at ${system ? 'boot' : 'boot, as this user'}, run:\n  ${commands.join('\n  ')}`);
}

/**
 * Makes a systemd unit that starts the background manager with the saved list, and restarts it when it fails.
 *
 * KillMode=mixed: systemd sends SIGTERM to the manager only, which stops its children in order. Then it kills the rest.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 */
export function startupUnit({ command, env, system }: UnitContext): string {
  const kept = KEPT_VARIABLES.flatMap((key) => {
    const value = env[key];
    return value === undefined ? [] : [`Environment=${quoted(`${key}=${value}`)}`];
  });
  return [
    '[Unit]',
    'Description=rxvisor, a process supervisor',
    ...(system ? ['After=network.target'] : []),
    '',
    '[Service]',
    ...kept,
    `ExecStart=${[...command, 'daemon', '--resurrect'].map(quoted).join(' ')}`,
    'KillMode=mixed',
    'TimeoutStopSec=60',
    'Restart=on-failure',
    'RestartSec=1',
    '',
    '[Install]',
    `WantedBy=${system ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}

/** Variables that the background manager needs. Each service has its own environment. */
const KEPT_VARIABLES = ['PATH', 'RXVISOR_HOME', 'XDG_STATE_HOME', 'LANG', 'TZ'];

/** Quotes a word for systemd, which interprets `%` and `$`. */
function quoted(word: string): string {
  return `"${word
    .replace(/[\\"]/g, String.raw`\$&`)
    .replace(/%/g, '%%')
    .replace(/\$/g, '$$$$')}"`;
}
