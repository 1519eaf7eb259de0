import { filter, firstValueFrom, map, takeUntil, withLatestFrom } from 'rxjs';
import type { CommandResult } from '../model/status.js';
import { startOutcome } from '../operators/startOutcome.js';
import type { Child } from '../supervise.js';

/**
 * What becomes of a child that was started just now: its status once it has been ready for `settle` ms, or is known not to
 * come up; `refused` says why.
 */
export async function awaitSettled({ event$, status$ }: Child, settle: number): Promise<CommandResult> {
  const over$ = status$.pipe(filter(({ state }) => state === 'stopped' || state === 'failed'));
  const outcome$ = startOutcome(settle)(event$.pipe(takeUntil(over$)));
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- there is always one outcome
  return firstValueFrom(
    outcome$.pipe(
      withLatestFrom(status$),
      map(([{ refused }, status]) => (refused === undefined ? status : { ...status, refused })),
    ),
  );
}
