import { firstValueFrom, of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Status, TreeSample } from '../../src/index.js';
import { usageReader } from '../../src/sources/usage$.js';

let at: number;
const cpu = new Map<number, number>();
const child = (id: number, more: Partial<Status> = { pid: 1_000 + id, startedAt: 0 }): Status => ({
  ...{ id, state: 'online', since: 0, attempt: 1, restarts: 0, crashes: 0 },
  ...more,
});

/** Each process has used what `cpu` says by now; who is not in there has gone. */
function reader() {
  const sample$ = (pid: number) => {
    const used = cpu.get(pid);
    const sample: TreeSample | undefined =
      used === undefined ? undefined : { at, processes: [{ id: String(pid), cpu: used, rss: 1_024 }] };
    return of(sample);
  };
  const use$ = usageReader({ sample$ }, () => at);
  return async (...statuses: Status[]) => Object.fromEntries(await firstValueFrom(use$(statuses)));
}

beforeEach(() => {
  cpu.clear();
  at = 10_000;
});

describe('usageReader', () => {
  it('the first sample covers the time since the start, later ones the time since the previous sample', async () => {
    const look = reader();
    cpu.set(1_001, 1_000);
    expect(await look(child(1))).toEqual({ 1: { pid: 1_001, cpu: 10, rss: 1_024, processes: 1 } });
    at += 2_000;
    cpu.set(1_001, 2_000);
    expect(await look(child(1))).toMatchObject({ 1: { cpu: 50 } });
  });

  it('samples within 500 ms are equal: the CPU time of the system is too coarse', async () => {
    const look = reader();
    cpu.set(1_001, 1_000);
    await look(child(1));
    at += 499;
    cpu.set(1_001, 1_400);
    expect(await look(child(1))).toMatchObject({ 1: { cpu: 10 } });
    at += 1;
    expect(await look(child(1))).toMatchObject({ 1: { cpu: 80 } });
  });

  it('a sample older than a minute is forgotten', async () => {
    const look = reader();
    cpu.set(1_001, 0);
    await look(child(1));
    at += 60_001;
    cpu.set(1_001, 7_000.1);
    expect((await look(child(1)))[1]!.cpu).toBeCloseTo(10);
  });

  it('a child that does not run is left out', async () => {
    const look = reader();
    cpu.set(1_001, 0);
    expect(Object.keys(await look(child(1), child(2), child(3, {})))).toEqual(['1']);
    expect(await look()).toEqual({});
  });
});
