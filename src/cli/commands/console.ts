import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ControlClient } from '../../control/client/controlClient.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { escapeControls, escapeControlsInLines, suggest } from '../../model/show.js';
import { type ClientOptions, withManagers, withTimeout } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { managerName } from '../format/label.js';
import type { Io } from '../io.js';
import { formatCount } from '../format/units.js';

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout'>;

interface ConsoleSession {
  readonly name: string;
  readonly console: RemoteConsole;
  /** Resolves when the session has ended; with an error when the connection was lost. */
  readonly ended: Promise<Error | undefined>;
  readonly hasEnded: () => boolean;
}

/**
 * `rxvisor console`: opens the console of a session that serves control. On a terminal, ends with the session or with
 * Ctrl-D. Otherwise runs the lines of stdin.
 *
 * @throws CliError 1 when a line failed, the manager has no console, or the connection was lost; 2 when several
 * managers match; 3 when none matches; 124 when a line of stdin is not answered in time
 */
export async function openConsole(
  word: string | undefined,
  options: Pick<ClientOptions, 'timeout'>,
  io: Io,
  streams: Streams = process,
): Promise<void> {
  // The timeout applies to each answer, not to the time that a user needs to type.
  await withManagers({ ...options, connectTimeoutOnly: true }, io, async (managers) => {
    const opened = openSession(selectManager(managers, word), options.timeout);
    if (streams.stdin.isTTY) await runRepl(opened, io, streams);
    else await runLines(opened, io, streams);
  });
}

/** @throws CliError */
function selectManager(managers: readonly ControlClient[], word: string | undefined): ControlClient {
  const named = managers.filter(({ manager }) => word === undefined || namesOf(manager).includes(word));
  const able = named.filter(({ manager }) => manager.console === true);
  const [found, ...others] = able;
  if (others.length > 0) {
    throw new CliError(
      2,
      `console: several managers have a console. Give one of: ${able.map(({ manager }) => label(manager)).join(', ')}.`,
    );
  }
  if (found !== undefined) return found;
  if (word === undefined) throw new CliError(3, `no manager has a console. ${REMEDY}`);
  if (named.length > 0) {
    throw new CliError(
      1,
      `${word}: this manager has no console. ${REMEDY} For other managers, use list, logs, restart or events.`,
    );
  }
  const known = managers.flatMap(({ manager: { name } }) => name ?? []);
  throw new CliError(3, `${word}: no such manager. ${suggest(word, known, 'To list managers, run: rxvisor ping')}`);
}

const REMEDY = 'Only a session that serves control has one.';

function namesOf({ name, pid }: ControlClient['manager']): readonly string[] {
  return [...(name === undefined ? [] : [name]), String(pid)];
}

/** The pid first, because names may repeat. */
function label({ name, pid }: ControlClient['manager']): string {
  return name === undefined ? String(pid) : `${String(pid)} (${name})`;
}

function openSession({ manager, call, subscribe }: ControlClient, timeout: number | undefined): ConsoleSession {
  let over = false;
  const ended = new Promise<Error | undefined>((resolve) => {
    const end = (error?: Error): void => {
      over = true;
      resolve(error);
    };
    subscribe('end', {}, { next: () => undefined, error: end, complete: end });
  });
  return {
    name: manager.name ?? managerName(manager),
    ended,
    hasEnded: () => over,
    console: {
      run: async (line) => (await withTimeout(call('console', { line }), timeout)) ?? undefined,
      complete: async (line) => withTimeout(call('complete', { line }), timeout),
    },
  };
}

async function runRepl(
  { name, console, ended, hasEnded }: ConsoleSession,
  io: Io,
  { stdin, stdout }: Streams,
): Promise<void> {
  const { startRepl } = await import('../../session/console/startRepl.js');
  const server = await startRepl(console, {
    input: stdin,
    output: stdout,
    prompt: `${escapeControls(name)}> `,
    ended,
  });
  await once(server, 'close');
  // Otherwise the process would wait for one more key.
  stdin.pause();
  if (!hasEnded()) return;
  const lost = await ended;
  if (lost !== undefined) throw lost;
  io.warn(`${name}: the session has ended.`);
}

async function runLines({ name, console, ended, hasEnded }: ConsoleSession, io: Io, { stdin }: Streams): Promise<void> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity });
  // Otherwise an open stdin would keep this process alive after the session.
  void ended.then(() => lines.close());
  let failed = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    if (hasEnded()) throw new CliError(1, `${line}: not run. ${(await ended)?.message ?? 'The session has ended.'}`);
    try {
      const text = await Promise.race([console.run(line), ended.then(() => undefined)]);
      if (text !== undefined && !io.print(`${escapeControlsInLines(text)}\n`)) await io.drained();
    } catch (error) {
      // After a timeout, the next line could run before this one has ended.
      if (error instanceof CliError) throw error;
      if (hasEnded()) continue;
      failed += 1;
      io.warn(`${line}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const lost = hasEnded() ? await ended : undefined;
  if (lost !== undefined) throw lost;
  if (failed > 0) throw new CliError(1, `${name}: ${formatCount(failed, 'line')} failed.`);
}
