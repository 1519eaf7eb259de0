import { readFileSync, readlinkSync } from 'node:fs';
import { catchError, lastValueFrom, NEVER } from 'rxjs';
import { serveControl$ } from '../../control/server/serveControl$.js';
import type { Effects } from '../../model/effects.js';
import { describeError } from '../../model/errors.js';
import { escapeControls } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { nodeEffects } from '../../nodeEffects.js';
import { consoleOutput } from '../../sinks/consoleOutput.js';
import type { Outcome } from '../cliError.js';
import { runServices$, type RunOptions } from './runServices$.js';
import { openScreen } from './screen.js';

/** Runs services with the standard streams of this process. Other commands can reach them. */
export async function runInForeground(
  name: string,
  services: readonly ChildSpec[],
  options: Pick<RunOptions, 'duration' | 'exitCodeFrom'>,
): Promise<Outcome> {
  const errors = consoleOutput(process.stderr);
  const report = (problem: string): void => {
    errors.write(`rxvisor: ${problem}\n`, () => undefined);
  };
  const screen = openScreen(process.stdout, process.env, { output: consoleOutput(process.stdout), report });
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always emits an outcome
  return lastValueFrom(
    runServices$(services, {
      ...options,
      screen,
      effects: commandEffects(),
      serve$: (supervisor) =>
        serveControl$(supervisor, { name }).pipe(
          // Without a control socket, the services still run.
          catchError((error: unknown) => {
            report(`other commands cannot reach these services: ${escapeControls(describeError(error).message)}`);
            return NEVER;
          }),
        ),
    }),
  );
}

/**
 * The effects of a command that runs services. They ignore SIGHUP if it was ignored when this process started. Call
 * this before the environment changes: the answer depends on it.
 */
export function commandEffects(): Effects {
  return isHangupIgnored() ? ignoringSignal(nodeEffects, 'SIGHUP') : nodeEffects;
}

/** Reads `/proc`; returns undefined where there is none. */
export interface ProcFiles {
  readonly text: (path: string) => string | undefined;
  readonly link: (path: string) => string | undefined;
}

/**
 * Whether SIGHUP was ignored when this process started, by `nohup` or by `trap '' HUP` in a script. Then this process
 * must outlive its terminal.
 *
 * Node resets all signals to their defaults before any of our code runs, also for the programs that it starts (npx,
 * npm). So this function looks for traces that remain:
 * - The variable `_`, the last program that a shell started, is nohup.
 * - The parent is a shell that ignores SIGHUP: proc_pid_status(5).
 * - stdin is a write-only `/dev/null`: GNU nohup replaces a terminal by it, and nothing else does. proc_pid_fdinfo(5)
 */
export function isHangupIgnored(
  { env, ppid }: Pick<NodeJS.Process, 'env' | 'ppid'> = process,
  { text, link }: ProcFiles = procFiles,
): boolean {
  if (/(^|\/)nohup$/.test(env._ ?? '')) return true;
  const [, mask = '0'] = /^SigIgn:\s*([\da-f]+)$/m.exec(text(`/proc/${String(ppid)}/status`) ?? '') ?? [];
  if ((BigInt(`0x${mask}`) & SIGHUP_MASK) !== 0n) return true;
  const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(text('/proc/self/fdinfo/0') ?? '') ?? [];
  return (parseInt(flags, 8) & ACCESS_MODE) === WRITE_ONLY && link('/proc/self/fd/0') === '/dev/null';
}

/** The bit of SIGHUP in a signal mask. */
const SIGHUP_MASK = 1n;
/** O_ACCMODE and O_WRONLY in the flags of a file descriptor. */
const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

const procFiles: ProcFiles = {
  text: (path) => attempt(() => readFileSync(path, 'utf8')),
  link: (path) => attempt(() => readlinkSync(path)),
};

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Effects with a process that ignores a signal: the signal neither ends it nor reaches a listener. */
function ignoringSignal(effects: Effects, signal: NodeJS.Signals): Effects {
  const manager = effects.process;
  manager.on(signal, () => undefined);
  const process = new Proxy(manager, {
    get: (target, name): unknown => {
      const found: unknown = Reflect.get(target, name);
      if ((name !== 'on' && name !== 'prependListener') || typeof found !== 'function') return found;
      return (event: unknown, listener: unknown): unknown =>
        event === signal ? process : Reflect.apply(found, target, [event, listener]);
    },
  });
  return { ...effects, process };
}
