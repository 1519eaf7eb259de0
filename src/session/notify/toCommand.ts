import {
  asyncScheduler,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type SchedulerLike,
  take,
  takeWhile,
  throwError,
} from 'rxjs';
import { managed$ } from '../../managed.js';
import { checkOptions, type OptionChecks } from '../../model/check.js';
import { delay, scheduler as aScheduler } from '../../model/checks.js';
import { isTerminal } from '../../model/childEvent.js';
import type { Effects } from '../../model/effects.js';
import { RxvisorError } from '../../model/errors.js';
import { allEffects, nodeEffects } from '../../nodeEffects.js';
import { deadline$ } from '../../operators/deadline.js';
import { resolveSpec } from '../../process/resolveSpec.js';
import { type CrashDigest, digestText } from '../crashes.js';
import type { NotifySink } from './notify.js';

export interface CommandOptions {
  /** How long it may run, in ms. It is then stopped, and the sink fails. Default `30_000`. */
  readonly timeout?: number | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /** For the timeout. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Reports crashes by running a program. Its environment has the digest: as text in `RXVISOR_SUBJECT` and `RXVISOR_TEXT`, and as
 * JSON in `RXVISOR_DIGEST`. It must exit with 0. Its output is discarded.
 *
 * @param command an executable, looked up in `PATH`; no shell is used
 * @param args its arguments
 * @param options see {@link CommandOptions}
 * @throws SpecError, RxvisorError with code `ERR_OPTION`, at once
 * @returns fails with an RxvisorError, code `ERR_NOTIFY`
 * @example
 * ```ts
 * import { toCommand } from 'rxvisor/session';
 *
 * const sink = toCommand('sh', ['-c', 'echo "$RXVISOR_SUBJECT" | wall']);
 * ```
 */
export function toCommand(command: string, args: readonly string[] = [], options: CommandOptions = {}): NotifySink {
  checkOptions(options, commandOptions);
  const { timeout = 30_000, effects = nodeEffects, scheduler = asyncScheduler } = options;
  const spec = { name: 'notify', command, args, restartAt: [], output: false };
  const failed = (why: string): RxvisorError => new RxvisorError('ERR_NOTIFY', `${command}: ${why}`);
  // An invalid command throws here, not at the first crash.
  resolveSpec(spec);
  return (digest) => {
    const late$ = deadline$(timeout, scheduler).pipe(
      mergeMap(() => throwError(() => failed(`not done after ${String(timeout)} ms`))),
    );
    const run$ = managed$({ ...spec, env: environment(digest) }, undefined, { effects }).pipe(
      takeWhile((event) => !isTerminal(event), true),
      mergeMap((event) => {
        if (event.type === 'spawnFailed') return throwError(() => failed(event.message));
        if (event.type !== 'exited') return [];
        return event.code === 0 ? [true] : throwError(() => failed(event.signal ?? `exit code ${String(event.code)}`));
      }),
      map(() => undefined),
    );
    return merge(run$, late$).pipe(take(1), ignoreElements());
  };
}

const commandOptions: OptionChecks<CommandOptions> = {
  timeout: delay,
  effects: allEffects,
  scheduler: aScheduler,
};

/** The maximum length of a variable, in characters: Linux allows 128 KiB, in UTF-8. execve(2) */
const LONGEST = 30_000;

function environment(digest: CrashDigest): Record<string, string> {
  const { subject, text } = digestText(digest);
  const { crashes } = digest;
  const json = [crashes.length, 1, 0]
    .map((most) => JSON.stringify({ ...digest, crashes: crashes.slice(crashes.length - most) }))
    .find((json) => json.length <= LONGEST);
  const texts = { RXVISOR_SUBJECT: subject, RXVISOR_TEXT: text.slice(0, LONGEST), RXVISOR_DIGEST: json ?? '' };
  // An environment variable cannot contain a NUL.
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value.replaceAll('\0', '')]));
}
