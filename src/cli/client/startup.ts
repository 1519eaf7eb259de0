import { mainPath } from '../mainPath.js';
import { startupUnit } from '../startupUnit.js';
import { toJson } from '../toJson.js';
import type { Io } from './io.js';

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
