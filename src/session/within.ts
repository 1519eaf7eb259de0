import { firstValueFrom, from, merge, type SchedulerLike } from 'rxjs';
import { deadline$ } from '../operators/lateTimer$.js';

/** Resolves when some work is done, however that ends, or when `ms` are over. */
export async function settleWithin(work: Promise<unknown>, ms: number, scheduler: SchedulerLike): Promise<void> {
  const done = work.then(
    () => undefined,
    () => undefined,
  );
  await firstValueFrom(merge(from(done), deadline$(ms, scheduler)), { defaultValue: undefined });
}
