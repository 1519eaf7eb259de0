import { describe, expect, it } from 'vitest';
import { waitingText } from '../../../src/cli/format/waitingText.js';
import type { State, Status } from '../../../src/model/status.js';

let ids = 0;
const status = (name: string, state: State, since: number): Status => ({
  ...{ id: (ids += 1), name, state, since },
  ...{ attempt: 1, restarts: 0, crashes: 0 },
});
const graceOf = ({ name }: Status): number | undefined => (name === 'gone' ? undefined : 5_000);
const textOf = (statuses: readonly Status[], signal: NodeJS.Signals = 'SIGINT') =>
  waitingText(statuses, { signal, graceOf, now: 10_000 });

describe('waitingText', () => {
  it('names each service that is stopping, for how long it has been, and its grace period', () => {
    const statuses = [status('web', 'stopped', 0), status('db', 'stopping', 6_799), status('cache', 'online', 0)];
    expect(textOf(statuses)).toBe('waiting for db (3.2s of 5s), Ctrl-C again kills');
    expect(textOf(statuses, 'SIGTERM')).toBe('waiting for db (3.2s of 5s), SIGTERM again kills');
  });

  it('is nothing while no service needs more than half a second', () => {
    expect(textOf([status('db', 'stopping', 9_501), status('web', 'stopped', 0)])).toBeUndefined();
    expect(textOf([status('db', 'stopping', 9_500)])).toBe('waiting for db (500ms of 5s), Ctrl-C again kills');
  });

  it('names instances by their ids, and counts those after the third', () => {
    const statuses = Array.from({ length: 5 }, () => status('web', 'stopping', 9_000));
    const [one, two, three] = statuses.map(({ id }) => `web#${String(id)} (1s of 5s)`);
    expect(textOf(statuses)).toBe(`waiting for ${one}, ${two}, ${three} and 2 more, Ctrl-C again kills`);
  });

  it('leaves out a grace period that is not known', () => {
    expect(textOf([status('gone', 'stopping', 8_000)])).toBe('waiting for gone (2s), Ctrl-C again kills');
  });
});
