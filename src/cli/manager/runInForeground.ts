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
import { runServices$ } from './runServices$.js';
import { openScreen } from './screen.js';

/** Runs services on the standard streams of this process, within reach of the other commands; `duration` in ms. */
export async function runInForeground(
  name: string,
  services: readonly ChildSpec[],
  duration: number | undefined,
): Promise<Outcome> {
  const errors = consoleOutput(process.stderr);
  const report = (problem: string): void => {
    errors.write(`rxvisor: ${problem}\n`, () => undefined);
  };
  const screen = openScreen(process.stdout, process.env, { output: consoleOutput(process.stdout), report });
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always tells how it ended
  return lastValueFrom(
    runServices$(services, {
      duration,
      screen,
      effects: commandEffects(),
      serve$: (supervisor) =>
        serveControl$(supervisor, { name }).pipe(
          // The services are what it is for.
          catchError((error: unknown) => {
            report(`out of reach of other commands: ${escapeControls(describeError(error).message)}`);
            return NEVER;
          }),
        ),
    }),
  );
}

/**
 * The effects of a command that runs services: SIGHUP that was ignored at its start is ignored. Ask for them before the
 * environment changes, which says so.
 */
export function commandEffects(): Effects {
  return isHangupIgnored() ? ignoringSignal(nodeEffects, 'SIGHUP') : nodeEffects;
}

/** What is read of `/proc`; undefined where there is none. */
export interface ProcFiles {
  readonly text: (path: string) => string | undefined;
  readonly link: (path: string) => string | undefined;
}

/** SIGHUP in a mask of signals, and O_WRONLY in the flags of a descriptor. */
const SIGHUP_MASK = 1n;
const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

/**
 * Whether SIGHUP was ignored when this process was started, so that it outlives its terminal: by `nohup`, or in a script
 * by `trap '' HUP`.
 *
 * Node sets all signals back to their defaults before any of our code runs, for itself and for the programs that it starts
 * (npx, npm). So this goes by what Node leaves: the name of the last program that a shell started, `_`, is nohup; GNU nohup
 * puts a write-only `/dev/null` in the place of a terminal as stdin, which nothing else does; and a parent that is a
 * shell still ignores the signal itself. proc_pid_status(5), proc_pid_fdinfo(5)
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

/** Effects whose process ignores a signal: the signal does not end it, and no listener gets it. */
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
