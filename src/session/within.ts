import { firstValueFrom, from, merge, type SchedulerLike } from 'rxjs';
import { lateTimer$ } from '../operators/lateTimer$.js';

/** Resolves when some work is done, however that ends, or when `ms` are over. */
export async function within(work: Promise<unknown>, ms: number, scheduler: SchedulerLike): Promise<void> {
  const done = work.then(
    () => undefined,
    () => undefined,
  );
  await firstValueFrom(merge(from(done), lateTimer$(ms, scheduler)), { defaultValue: undefined });
}
