import { type ClientOptions, NO_MANAGER, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { managerName } from '../format/label.js';
import { formatDuration } from '../format/units.js';
import { type Io, toJson } from '../io.js';
import { tableOf } from '../table/table.js';

/** `rxvisor ping`: lists the managers that answer, with their answer times. */
export async function ping(options: ClientOptions, io: Io): Promise<void> {
  const answers = await withManagers(options, io, async (managers) =>
    Promise.all(
      managers.map(async ({ manager, call }) => {
        const begin = performance.now();
        await call('ping', undefined);
        return { ...manager, ms: Math.round((performance.now() - begin) * 100) / 100 };
      }),
    ),
  );
  if (options.json === true) io.print(`${toJson(answers)}\n`);
  if (answers.length === 0) throw new CliError(3, NO_MANAGER);
  if (options.json === true) return;
  const rows = answers.map((answer) => {
    const { name = '-', pid, version, startedAt, ms } = answer;
    const cells = [
      managerName(answer),
      name,
      String(pid),
      version,
      formatDuration(Date.now() - startedAt),
      `${String(ms)}ms`,
    ];
    return cells.map((text) => ({ text }));
  });
  const head = ['MANAGER', 'NAME', 'PID', 'VERSION', 'UPTIME', 'PONG'].map((text) => ({
    text,
    colour: 'bold' as const,
  }));
  io.print(`${tableOf([head, ...rows], io.columns, io.view.paint, 1).join('\n')}\n`);
}
