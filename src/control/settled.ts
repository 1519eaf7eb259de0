import { filter, firstValueFrom } from 'rxjs';
import type { Status } from '../model/status.js';
import type { Child } from '../supervise.js';

/** The status of a child that was started, once it is up, or is not: `online`, or waiting for another try, or given up. */
export async function settled({ status$ }: Pick<Child, 'status$'>): Promise<Status | undefined> {
  return firstValueFrom(status$.pipe(filter(({ state }) => state !== 'starting' && state !== 'stopping')), {
    defaultValue: undefined,
  });
}
