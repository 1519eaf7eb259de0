import { follow } from '../client/follow.js';
import { type ClientOptions, NO_MANAGER, summarizeManager, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { eventText } from '../format/eventText.js';
import { type Io, toJson } from '../io.js';

/** `rxvisor events`: prints the events of all managers, from now on. */
export async function events(options: ClientOptions, io: Io): Promise<void> {
  await withManagers(options, io, async (managers) => {
    if (managers.length === 0) throw new CliError(3, NO_MANAGER);
    await follow(
      'event',
      managers.map((client) => ({
        client,
        params: {},
        text: (event) => {
          if (options.json !== true) return eventText(event, Date.now(), io.view);
          return `${toJson({ manager: summarizeManager(client), time: Date.now(), ...event })}\n`;
        },
      })),
      io,
    );
  });
}
