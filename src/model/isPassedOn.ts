import type { Command, Fail, Send, Signal } from './command.js';

/** Whether a command is for the run itself: between two runs there is nobody to hear it. */
export function isRunCommand(command: Command): command is Fail | Send | Signal {
  return command.type === 'fail' || command.type === 'send' || command.type === 'signal';
}
