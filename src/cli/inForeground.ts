import { lastValueFrom } from 'rxjs';
import type { ChildSpec } from '../model/childSpec.js';
import { type Outcome, run$ } from './run$.js';
import { screenOf } from './screenOf.js';

/** Runs services on the standard streams of this process; `duration` in ms. */
export async function inForeground(services: readonly ChildSpec[], duration: number | undefined): Promise<Outcome> {
  const screen = screenOf(process.stdout, process.env);
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always tells how it ended
  return lastValueFrom(run$(services, { duration, screen }));
}
