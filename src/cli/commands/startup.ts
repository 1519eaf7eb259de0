import { type Io, toJson } from '../io.js';
import { mainPath } from '../mainPath.js';

/** `rxvisor startup`: prints the unit, and says what to do with it. */
export function startup({ json = false }: { readonly json?: boolean }, io: Io): void {
  const system = process.getuid?.() === 0;
  const command = [process.execPath, mainPath];
  const unit = startupUnit({ command, env: process.env, system });
  const path = system ? '/etc/systemd/system/rxvisor.service' : '~/.config/systemd/user/rxvisor.service';
  const systemctl = system ? 'systemctl' : 'systemctl --user';
  const commands = [
    `rxvisor startup > ${path}`,
    `${systemctl} enable --now rxvisor`,
    // Else it ends when the user logs out.
    ...(system ? [] : ['loginctl enable-linger']),
  ];
  io.print(json ? `${toJson({ unit, path, commands })}\n` : unit);
  if (!json) io.warn(`to have it started with ${system ? 'the system' : 'your session'}:\n  ${commands.join('\n  ')}`);
}

export interface UnitContext {
  /** The program and its first arguments, absolute. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the whole system, and not of a user. */
  readonly system: boolean;
}

/** What the background manager needs of the environment it is started from; the children bring their own. */
const KEPT_VARIABLES = ['PATH', 'RXVISOR_HOME', 'XDG_STATE_HOME', 'LANG', 'TZ'];

/**
 * A systemd unit that starts the background manager with what was saved, and again when it dies.
 *
 * KillMode=mixed: the manager stops its children in its own order; what is left then is killed.
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

/** `%` and `$` mean something to systemd. */
function quoted(word: string): string {
  return `"${word
    .replace(/[\\"]/g, String.raw`\$&`)
    .replace(/%/g, '%%')
    .replace(/\$/g, '$$$$')}"`;
}
