import { originOf, type Refused } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import type { CommandResult, Status } from '../model/status.js';

/** How commands reach a child. */
export interface ChildCommands {
  /** Passes a command on to a running child. Refuses it for one that is not running, unless nothing has to be done. */
  readonly sendCommand: (command: Command) => void;
  /** Resolves when the message is written to the channel or refused, or when the run has ended. */
  readonly send: (message: unknown, handle?: unknown) => Promise<CommandResult>;
  /** Resolves when it watches its files, or no longer, or is refused; or when no run will follow. */
  readonly watch: (on?: boolean) => Promise<CommandResult>;
}

export interface ChildCommandsContext {
  readonly running: () => boolean;
  readonly status: () => Status;
  readonly pass: (command: Command) => void;
  readonly refuse: (event: Refused) => void;
}

type OnResult = (refused: string | undefined) => void;

/** The commands, and what is to be called at the end of each run, and when none will follow. */
export interface EndedCommands extends ChildCommands {
  readonly runEnded: () => void;
  readonly allEnded: () => void;
}

export function childCommands(context: ChildCommandsContext): EndedCommands {
  const { running, status, pass, refuse } = context;
  const sends = new Set<OnResult>();
  const watches = new Set<OnResult>();

  return {
    sendCommand,
    send: async (message, handle) => ask(sends, (onResult) => ({ type: 'send', message, handle, onResult })),
    watch: async (on) => ask(watches, (onResult) => ({ type: 'watch', on, onResult })),
    runEnded: () => {
      for (const onResult of [...sends]) onResult('the child ended before the message was sent');
    },
    allEnded: () => {
      for (const onResult of [...watches]) onResult('it was stopped meanwhile');
    },
  };

  async function ask(open: Set<OnResult>, command: (onResult: OnResult) => Command): Promise<CommandResult> {
    const refused = await new Promise<string | undefined>((resolve) => {
      const onResult: OnResult = (reason) => {
        open.delete(onResult);
        resolve(reason);
      };
      open.add(onResult);
      sendCommand(command(onResult));
    });
    return refused === undefined ? status() : { ...status(), refused };
  }

  function sendCommand(command: Command): void {
    if (running()) {
      pass(command);
      return;
    }
    if (isDoneWithoutRun(command)) {
      if (command.type === 'watch') command.onResult?.(undefined);
      return;
    }
    const reason = 'not running';
    if (command.type === 'send' || command.type === 'watch') command.onResult?.(reason);
    refuse({ type: 'refused', command: command.type, reason, ...originOf(status()) });
  }
}

/** A child that is not running has no open log and watches no files. */
function isDoneWithoutRun(command: Command): boolean {
  return command.type === 'reopenLogs' || (command.type === 'watch' && command.on === false);
}
