import { describe, expect, it, onTestFinished } from 'vitest';
import { supervise } from 'rxvisor';
import { channel, type Channel } from 'rxvisor/session';

/** A child with a channel, which must not end. */
function started(serialization: 'json' | 'advanced') {
  const supervisor = supervise([], { signals: false });
  onTestFinished(async () => supervisor[Symbol.asyncDispose]());
  const { id, event$ } = supervisor.start({
    script: 'test/fixtures/poison-channel.mjs',
    serialization,
    restartAt: [1],
  });
  const ipc = channel({ event$, send: (message) => void supervisor.send(id, message) });
  return { ipc, send: supervisor.send, runs: () => supervisor.describe(id).map(({ status }) => status.attempt) };
}

const failureOf = async (ipc: Channel, name: string, what: unknown): Promise<unknown> =>
  ipc.call(name, what).then(
    () => 'answered',
    (error: unknown) => error,
  );

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = { value };
  return value;
};

describe.each(['json', 'advanced'] as const)('with serialization %s', (serialization) => {
  it('a value that cannot be sent or read fails its own call, both ways', async () => {
    const { ipc, runs } = started(serialization);
    await ipc.call('echo', 'ready');
    const refused = { code: 'ERR_PAYLOAD' };
    ipc.handle('make', () => 'taken');
    const neighbour = ipc.call('echo', 'neighbour');
    for (const depth of [2_000, 100_000]) {
      const failure = await failureOf(ipc, 'echo', nested(depth));
      // JSON has no limit that is lower on the side that reads.
      if (serialization === 'advanced' || depth === 100_000) expect(failure).toMatchObject(refused);
    }
    expect(await neighbour).toBe('neighbour');
    expect(await failureOf(ipc, 'make', 'deeper')).toMatchObject(refused);
    expect(await failureOf(ipc, 'ask', 'deeper')).toMatchObject(refused);
    if (serialization === 'advanced') {
      expect(await failureOf(ipc, 'make', 'deep')).toMatchObject(refused);
      expect(await failureOf(ipc, 'ask', 'deep')).toMatchObject(refused);
      // Node 20 writes an error that is its own cause, and does not read it. Later ones read it.
      await failureOf(ipc, 'make', 'round');
      await failureOf(ipc, 'ask', 'round');
    }
    expect(await ipc.call('echo', 'after')).toBe('after');
    expect(runs()).toEqual([1]);
    ipc.destroy();
  });

  it('an answer with too many bytes fails its own call', async () => {
    const { ipc, runs } = started(serialization);
    const [failure, neighbour] = await Promise.all([failureOf(ipc, 'make', 'large'), ipc.call('echo', 1)]);
    // A clone has two bytes for each of these characters, JSON three.
    expect([failure, neighbour]).toEqual([
      serialization === 'json' ? expect.objectContaining({ code: 'ERR_TOO_LARGE' }) : 'answered',
      1,
    ]);
    expect(runs()).toEqual([1]);
    ipc.destroy();
  });

  it('an error of any kind arrives as what it was thrown as', async () => {
    const { ipc, runs } = started(serialization);
    const abort = await failureOf(ipc, 'throw', 'abort');
    expect(abort).toBeInstanceOf(DOMException);
    expect(abort).toMatchObject({ name: 'AbortError', message: 'stop', code: 20 });
    const circular = (await failureOf(ipc, 'throw', 'circular')) as Error;
    expect(circular).toMatchObject({ message: 'yikes', status: 410 });
    expect(circular.cause).toBe(circular);
    const many = (await failureOf(ipc, 'throw', 'many')) as AggregateError;
    expect([many, many.errors]).toEqual([expect.any(AggregateError), [expect.any(TypeError)]]);
    expect(runs()).toEqual([1]);
    ipc.destroy();
  });
});

it('a message that its child could not read is refused', async () => {
  const { ipc, send, runs } = started('advanced');
  await ipc.call('echo', 'ready');
  expect(await send(1, nested(2_000))).toMatchObject([{ refused: expect.stringContaining('nested deeper') as string }]);
  expect(await ipc.call('echo', 1)).toBe(1);
  expect(runs()).toEqual([1]);
  ipc.destroy();
});
