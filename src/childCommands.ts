import type { Refused } from './model/childEvent.js';
import type { Command } from './model/command.js';
import { originOf } from './model/originOf.js';
import type { CommandResult, Status } from './model/status.js';

/** How commands reach a child. */
export interface ChildCommands {
  /** Passes a command on to a running child; refuses it for one that is not running. */
  readonly tell: (command: Command) => void;
  /** Resolves when the message is written to the channel or refused, or when the run has ended. */
  readonly send: (message: unknown, handle?: unknown) => Promise<CommandResult>;
}

export interface ChildCommandsContext {
  readonly running: () => boolean;
  readonly status: () => Status;
  readonly pass: (command: Command) => void;
  readonly refuse: (event: Refused) => void;
}

/** @returns `ended`, too, to be called at the end of each run */
export function childCommands(context: ChildCommandsContext): ChildCommands & { readonly ended: () => void } {
  const { running, status, pass, refuse } = context;
  const sends = new Set<(refused: string | undefined) => void>();

  return {
    tell,
    send: async (message, handle) => {
      const refused = await new Promise<string | undefined>((resolve) => {
        const onResult = (reason: string | undefined): void => {
          sends.delete(onResult);
          resolve(reason);
        };
        sends.add(onResult);
        tell({ type: 'send', message, handle, onResult });
      });
      return refused === undefined ? status() : { ...status(), refused };
    },
    ended: () => {
      for (const onResult of [...sends]) onResult('the child ended before the message was sent');
    },
  };

  function tell(command: Command): void {
    if (running()) {
      pass(command);
      return;
    }
    const reason = 'not running';
    if (command.type === 'send') command.onResult?.(reason);
    refuse({ type: 'refused', command: command.type, reason, ...originOf(status()) });
  }
}
