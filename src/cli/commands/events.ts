import { follow } from '../client/follow.js';
import { type ClientOptions, NO_MANAGER, summarizeManager, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { listRows } from '../client/rows.js';
import { eventText } from '../format/eventText.js';
import { labelAmong, type LabelledChild } from '../format/label.js';
import { type Io, toJson } from '../io.js';

/** `rxvisor events`: prints the events of all managers, from now on. */
export async function events(options: ClientOptions, io: Io): Promise<void> {
  await withManagers({ ...options, withList: true }, io, async (managers) => {
    if (managers.length === 0) throw new CliError(3, NO_MANAGER);
    const listed = managers.map(listRows);
    const children: LabelledChild[] = (await Promise.all(listed)).flat();
    await follow(
      'event',
      managers.map((client) => ({
        client,
        params: {},
        text: (event) => {
          const manager = summarizeManager(client);
          if (options.json === true) return `${toJson({ manager, time: Date.now(), ...event })}\n`;
          const child = { ...event, manager };
          if (!children.some((known) => known.id === child.id && known.manager?.pid === manager.pid)) {
            children.push(child);
          }
          return eventText(event, Date.now(), io.view, labelAmong(child, children));
        },
      })),
      io,
    );
  });
}
