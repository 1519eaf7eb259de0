import { originOf, type Refused } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import type { CommandResult, Status } from '../model/status.js';

/** Sends commands to one child. */
export interface ChildCommands {
  /** Forwards a command to a running child. Refuses it if the child is not running, unless there is nothing to do. */
  readonly sendCommand: (command: Command) => void;
  /** Resolves when the message is written to the channel or refused, or when the run has ended. */
  readonly send: (message: unknown, handle?: unknown) => Promise<CommandResult>;
  /** Resolves when watching has started, has stopped or is refused, or when no run will follow. */
  readonly watch: (on?: boolean) => Promise<CommandResult>;
}

/** The commands, with the callbacks that their owner must call. */
export interface OpenCommands extends ChildCommands {
  /** Call it at the end of each run. */
  readonly runEnded: () => void;
  /** Call it when no run will follow. */
  readonly allEnded: () => void;
}

export interface ChildCommandsContext {
  readonly running: () => boolean;
  readonly status: () => Status;
  /** Forwards a command to the running child. */
  readonly forward: (command: Command) => void;
  readonly refuse: (event: Refused) => void;
}

type OnResult = (refused: string | undefined) => void;

/** Makes the commands of one child. Every promise settles, at the latest when the run ends or when no run will follow. */
export function childCommands(context: ChildCommandsContext): OpenCommands {
  const { running, status, forward, refuse } = context;
  const sends = new Set<OnResult>();
  const watches = new Set<OnResult>();

  return {
    sendCommand,
    send: async (message, handle) => request(sends, (onResult) => ({ type: 'send', message, handle, onResult })),
    watch: async (on) => request(watches, (onResult) => ({ type: 'watch', on, onResult })),
    runEnded: () => {
      for (const onResult of [...sends]) onResult('the child ended before the message was sent');
    },
    allEnded: () => {
      for (const onResult of [...watches]) onResult('it was stopped meanwhile');
    },
  };

  async function request(open: Set<OnResult>, command: (onResult: OnResult) => Command): Promise<CommandResult> {
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
      forward(command);
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
