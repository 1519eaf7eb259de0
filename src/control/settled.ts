import { filter, firstValueFrom, takeUntil } from 'rxjs';
import type { CommandResult } from '../model/status.js';
import { startOutcome } from '../operators/startOutcome.js';
import type { Child } from '../supervise.js';

/**
 * What becomes of a child that was started just now: its status once it has been ready for `settle` ms, or is known not to
 * come up; `refused` says why.
 */
export async function settled({ event$, status$ }: Child, settle: number): Promise<CommandResult> {
  const over$ = status$.pipe(filter(({ state }) => state === 'stopped' || state === 'failed'));
  const { refused } = await firstValueFrom(event$.pipe(takeUntil(over$), startOutcome(settle)));
  const status = await firstValueFrom(status$);
  return refused === undefined ? status : { ...status, refused };
}
