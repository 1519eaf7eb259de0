import { filter, firstValueFrom } from 'rxjs';
import type { Description, Status } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Supervisor } from '../supervise.js';
import type { Told } from './protocol.js';

/**
 * Restarts children one after the other, each once the one before it is ready. One that shares its ports is replaced: a new
 * one is started, and the old one is stopped only when that is ready. The first that fails ends it: all others go on as they
 * are, also the one that was to be replaced.
 */
export async function reload(supervisor: Supervisor, target: Target): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const description of supervisor.describe(target)) {
    const failed = told.some(({ refused }) => refused !== undefined);
    if (failed) told.push({ ...description.status, refused: 'one before it did not come up' });
    else if (description.spec.exec === 'cluster') told.push(await replaced(supervisor, description));
    else told.push(...(await supervisor.restart(description.status.id ?? 0)).map(judged));
  }
  return told;
}

function judged(status: Status): Told {
  return status.state === 'online' ? status : { ...status, refused: 'it did not come up' };
}

async function replaced(supervisor: Supervisor, { status, spec }: Description): Promise<Told> {
  const fresh = supervisor.start(spec);
  const settled = await firstValueFrom(fresh.status$.pipe(filter(({ state }) => state !== 'starting')), {
    defaultValue: status,
  });
  if (settled.state === 'online') {
    await supervisor.remove(status.id ?? 0);
    return settled;
  }
  await supervisor.remove(fresh.id);
  return { ...status, refused: 'the new one did not come up, and this one goes on' };
}
