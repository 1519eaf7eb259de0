import { describe, expect, it } from 'vitest';
import { frames } from '../../src/ipc/frames.js';
import { pendingReplies } from '../../src/ipc/pendingRequests.js';

/** Questions whose frames go nowhere, but into a list. */
function asking() {
  const sent: unknown[] = [];
  return { sent, ...pendingReplies((...frame) => void sent.push(frame)) };
}

describe('questions', () => {
  it('each has a number of its own, and its answer resolves', async () => {
    const { sent, ask, take } = asking();
    const answers = [ask('"a"'), ask('"b"')];
    expect(sent).toEqual([
      [frames.event, 1, '"a"'],
      [frames.event, 2, '"b"'],
    ]);
    expect(take(frames.reply, 2, 'second')).toBe(true);
    expect(take(frames.reply, 1, 'first')).toBe(true);
    expect(await Promise.all(answers)).toEqual(['first', 'second']);
  });

  it('what the handler threw rejects', async () => {
    const { ask, take } = asking();
    const answer = ask('null');
    take(frames.replyFail, 1, Object.assign(new Error('no'), { code: 'E_NO' }));
    await expect(answer).rejects.toMatchObject({ message: 'no', code: 'E_NO' });
  });

  it('leaves other frames to others, and answers to nobody alone', () => {
    const { take } = asking();
    expect(take(frames.event, 1, undefined)).toBe(false);
    expect(take(frames.reply, 7, undefined)).toBe(true);
    expect(take(frames.replyFail, 7, undefined)).toBe(true);
  });

  it('when no answer can come, each waiting request fails, once', async () => {
    const { ask, take, rejectAll } = asking();
    const answers = [ask('1'), ask('2')];
    take(frames.reply, 1, 'in time');
    rejectAll(() => new Error('gone'));
    take(frames.reply, 2, 'too late');
    expect(await Promise.allSettled(answers)).toMatchObject([
      { status: 'fulfilled', value: 'in time' },
      { status: 'rejected', reason: { message: 'gone' } },
    ]);
  });
});
