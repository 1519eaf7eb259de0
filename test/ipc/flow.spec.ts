import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { frames } from '../../src/ipc/frames.js';
import { inflow, outflow, WINDOW } from '../../src/ipc/flow.js';

/** What is sent of a source, in bytes, by frame. */
function sender(source: Readable) {
  const sent: number[] = [];
  const send = (type: number, _id: number, value?: unknown): void => {
    if (type === frames.data) sent.push((value as { readonly bytes: Uint8Array }).bytes.length);
  };
  const flow = outflow(source, { id: 1, send, limit: 2 ** 21, onOver: () => undefined });
  return { flow, total: () => sent.reduce((sum, length) => sum + length, 0) };
}

describe('a stream has a window, whatever the other side does', () => {
  it.each([Infinity, 1e18, NaN, -1, 5])('credit of %d is good for a window at most', async (credit) => {
    const source = new PassThrough();
    const { flow, total } = sender(source);
    source.write(Buffer.alloc(8 * WINDOW));
    await vi.waitFor(() => {
      expect(total()).toBe(WINDOW);
    });
    flow.credit(credit);
    expect(total()).toBeLessThanOrEqual(2 * WINDOW);
    expect(total() > WINDOW).toBe(credit > 0);
    flow.stop();
  });

  it('all of a chunk that is larger than the window arrives, as fast as it is read', async () => {
    const ended: string[] = [];
    const reader = inflow(
      1,
      (type, _id, _value, more = 0) => type === frames.credit && writer.credit(more),
      () => undefined,
    );
    const writer = outflow(
      Readable.from([Buffer.alloc(5 * WINDOW + 3, 'x'), Buffer.from('end')], { objectMode: false }),
      {
        id: 1,
        send: (type, _id, value) => {
          if (type === frames.data) reader.data((value as unknown as { readonly bytes: Uint8Array }).bytes);
          if (type === frames.end) reader.end();
        },
        limit: 2 ** 21,
        onOver: () => ended.push('sent'),
      },
    );
    let length = 0;
    for await (const chunk of reader.stream) length += (chunk as Buffer).length;
    expect(length).toBe(5 * WINDOW + 6);
    expect(ended).toEqual(['sent']);
  });

  it('a source that ends while it waits for credit loses nothing', async () => {
    const source = new Readable({ read: () => undefined });
    const { flow, total } = sender(source);
    source.push(Buffer.alloc(3 * WINDOW));
    source.push(null);
    await vi.waitFor(() => {
      expect(total()).toBe(WINDOW);
    });
    source.read(0);
    await new Promise(setImmediate);
    flow.credit(WINDOW);
    flow.credit(WINDOW);
    expect(total()).toBe(3 * WINDOW);
  });

  it('who sends more than there is credit for is cut off', () => {
    const { data, stream } = inflow(
      1,
      () => undefined,
      () => undefined,
    );
    const piece = Buffer.alloc(WINDOW / 4);
    expect(() => {
      for (let n = 0; n < 100; n += 1) data(piece);
    }).toThrow('more bytes of a stream than its credit allows');
    stream.destroy();
  });
});
