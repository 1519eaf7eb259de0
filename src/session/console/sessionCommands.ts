import { firstValueFrom } from 'rxjs';
import { MAX_DELAY } from '../../model/isDelay.js';
import type { Status } from '../../model/status.js';
import type { SessionBase } from '../sessionBase.js';
import { arg } from './arg.js';
import { command } from './command.js';
import type { ConsoleCommand } from './consoleCommand.js';

const GONE: Status = { state: 'stopped', since: 0, attempt: 0, restarts: 0, crashes: 0 };

const how = arg.choice('clean', 'force');

/** @param tail gives the last lines of the worker's output */
export function sessionCommands(tail: (count: number) => readonly string[]): readonly ConsoleCommand[] {
  return [
    command('exit', [how], 'end the session', async (session, how) => {
      await session.endSession('the console', { graceful: how === 'clean' });
    }),
    command('restart', [how], 'restart the worker', async (session, how) => {
      return statusText(await session.restart({ force: how === 'force' }));
    }),
    command(
      'set port',
      [arg.text('NAME', portsOf), arg.whole('N', 1, 65_535), arg.optional(arg.choice('restart'))],
      'set a port for the next run; restart: restart now',
      async (session, name, port, restart) => session.set(`port.${name}`, port, { restart: restart !== undefined }),
    ),
    command(
      'set polling',
      [arg.whole('N', 1, MAX_DELAY), arg.optional(arg.choice('now'))],
      'set the ms between polls; now: poll at once',
      async (session, polling, now) => session.set('polling', polling, { now: now !== undefined }),
    ),
    command('status', [], 'show the status of the worker and the settings', async (session) => {
      const settings = Object.entries(session.settings()).map(([name, value]) => `${name} ${String(value)}`);
      return [statusText(await firstValueFrom(session.child.status$, { defaultValue: GONE })), ...settings].join('\n');
    }),
    command('logs', [arg.optional(arg.whole('N', 1))], 'show the last lines of the worker', (_session, count = 20) =>
      tail(count).join('\n'),
    ),
  ];
}

function statusText({ name = 'worker', state, pid, restarts, crashes, lastExit }: Status): string {
  const running = pid === undefined ? '' : `, pid ${String(pid)}`;
  const end =
    lastExit === undefined ? '' : `, last exit ${lastExit.signal ?? lastExit.error ?? `code ${String(lastExit.code)}`}`;
  return `${name} ${state}${running}, restarts ${String(restarts)}, crashes ${String(crashes)}${end}`;
}

function portsOf(session: SessionBase): readonly string[] {
  return Object.keys(session.settings())
    .filter((name) => name.startsWith('port.'))
    .map((name) => name.slice('port.'.length));
}
