import type { ControlClient } from '../../control/client/controlClient.js';
import type { ControlStreams } from '../../control/protocol/protocol.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** One stream of one manager, and what is printed of each value. */
export interface FollowedStream<S extends keyof ControlStreams> {
  readonly client: ControlClient;
  readonly params: ControlStreams[S]['params'];
  readonly text: (value: ControlStreams[S]['value']) => string;
}

/**
 * Prints what comes of some streams until all have ended, at the pace of the reader: while that is behind, the managers
 * are not read, and do not send.
 *
 * @throws CliError 1 when one of them broke off
 */
export async function follow<S extends keyof ControlStreams>(
  stream: S,
  followed: readonly FollowedStream<S>[],
  io: Pick<Io, 'print' | 'drained'>,
): Promise<void> {
  const clients = new Set(followed.map(({ client }) => client));
  let paused = false;
  await Promise.all(
    followed.map(
      async ({ client, params, text }) =>
        new Promise<void>((resolve, reject) => {
          client.subscribe(stream, params, {
            next: (value) => {
              if (!io.print(text(value)) && !paused) void pauseUntilDrained();
            },
            error: ({ message }) => {
              reject(new CliError(1, message));
            },
            complete: resolve,
          });
        }),
    ),
  );

  async function pauseUntilDrained(): Promise<void> {
    paused = true;
    for (const { pause } of clients) pause();
    await io.drained();
    paused = false;
    for (const { resume } of clients) resume();
  }
}
