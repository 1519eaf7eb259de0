let holders = 0;

/**
 * Keeps the channel, and with it this process, until it is let go of: for whoever waits for messages.
 *
 * @returns a function that lets go
 */
export function holdChannel(): () => void {
  holders += 1;
  process.channel?.ref();
  let holding = true;
  return () => {
    if (!holding) return;
    holding = false;
    holders -= 1;
    if (holders === 0) process.channel?.unref();
  };
}
