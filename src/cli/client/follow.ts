import type { ControlClient } from '../../control/client/controlClient.js';
import type { ControlStreams } from '../../control/protocol/protocol.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** A stream of one manager, and the text to print for each value. */
export interface FollowedStream<S extends keyof ControlStreams> {
  readonly client: ControlClient;
  readonly params: ControlStreams[S]['params'];
  readonly text: (value: ControlStreams[S]['value']) => string;
}

/**
 * Prints the values of streams until all have completed. While the reader of stdout is slow, stops reading from the
 * managers, so that they stop sending.
 *
 * @throws CliError 1 when a stream failed
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
