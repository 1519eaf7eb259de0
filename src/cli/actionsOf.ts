import type { Command } from 'commander';
import type { Actions } from './commandLine.js';
import { ExitError } from './exitError.js';
import { type Io, warningsTo } from './client/io.js';
import type { CommandRequest } from './client/tell.js';
import type { ClientOptions } from './client/withManagers.js';
import { signalOf } from './signalOf.js';

/** Each loads what it needs, and no more: half the time of a command is that. */
export function actionsOf(io: () => Io, program: () => Command): Actions {
  const warn = async (words: readonly string[], ask: CommandRequest, options: ClientOptions): Promise<void> =>
    (await import('./client/tell.js')).sendCommand(words, ask, options, io());
  return {
    // A manager survives what a client ends with: a stdout that fails.
    run: async (request) => (await import('./run.js')).run(request, { warn: warningsTo(process.stderr) }),
    daemon: async (options) => (await import('./daemon.js')).daemon(options, { warn: warningsTo(process.stderr) }),
    start: async (file, args, options) => (await import('./client/start.js')).start(file, args, options, io()),
    list: async (options) => (await import('./client/list.js')).list(options, io()),
    describe: async (words, options) => (await import('./client/describe.js')).describe(words, options, io()),
    logs: async (words, options) => (await import('./client/logs.js')).logs(orAll(words), options, io()),
    stop: async (words, options) => {
      const { grace } = options;
      return warn(
        words,
        async (call, target) => call('stop', { target, ...(grace !== undefined && { grace }) }),
        options,
      );
    },
    restart: async (words, options) => warn(words, async (call, target) => call('restart', { target }), options),
    reload: async (words, options) => {
      const { parallel } = options;
      const more = { ...(parallel !== undefined && { parallel }) };
      return warn(words, async (call, target) => call('reload', { target, ...more }), options);
    },
    delete: async (words, options) => warn(words, async (call, target) => call('delete', { target }), options),
    reset: async (words, options) => warn(words, async (call, target) => call('reset', { target }), options),
    duplicate: async (words, options) => warn(words, async (call, target) => call('duplicate', { target }), options),
    watch: async (words, options) => warn(words, async (call, target) => call('watch', { target, on: true }), options),
    unwatch: async (words, options) =>
      warn(words, async (call, target) => call('watch', { target, on: false }), options),
    reopen: async (words, options) =>
      warn(orAll(words), async (call, target) => call('reopenLogs', { target }), options),
    scale: async (word, count, options) =>
      warn([word], async (call, target) => call('scale', { target, count }), options),
    signal: async (name, words, options) => {
      const signal = signalOf(name);
      if (signal === undefined) throw new ExitError(2, `${name}: no such signal. Give one such as SIGUSR2 or HUP.`);
      return warn(words, async (call, target) => call('signal', { target, signal }), options);
    },
    send: async (word, text, options) =>
      warn([word], async (call, target) => call('send', { target, message: messageOf(text) }), options),
    console: async (manager, options) => (await import('./client/openConsole.js')).openConsole(manager, options, io()),
    events: async (options) => (await import('./client/events.js')).events(options, io()),
    ping: async (options) => (await import('./client/ping.js')).ping(options, io()),
    version: async (options) => (await import('./client/version.js')).version(options, io()),
    shutdown: async (options) => (await import('./client/shutdown.js')).shutdown(options, io()),
    save: async (options) => (await import('./client/remember.js')).save(options, io()),
    resurrect: async (options) => (await import('./client/remember.js')).resurrect(options, io()),
    startup: async (options) => (await import('./client/startup.js')).startup(options, io()),
    import: async (file) => (await import('./client/importFile.js')).importFile(file, io()),
    completion: async (shell, options) =>
      (await import('./client/completion.js')).completion(program(), shell, options, io()),
  };
}

function orAll(words: readonly string[]): readonly string[] {
  return words.length === 0 ? ['all'] : words;
}

function messageOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
