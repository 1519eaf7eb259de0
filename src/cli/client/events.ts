import { ExitError } from '../exitError.js';
import { eventText } from '../eventText.js';
import { toJson } from '../toJson.js';
import { follow } from './follow.js';
import type { Io } from './io.js';
import { summarizeManager } from './managerOf.js';
import { noManager } from './noManager.js';
import { type ClientOptions, withManagers } from './withManagers.js';

/** `rxvisor events`: what happens to the children of all managers, from now on. */
export async function events(options: ClientOptions, io: Io): Promise<void> {
  await withManagers(options, io, async (managers) => {
    if (managers.length === 0) throw new ExitError(3, noManager);
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
