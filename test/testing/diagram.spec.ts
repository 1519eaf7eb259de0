import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { readDiagram, writeDiagram } from '../../src/testing/diagram.js';

const part = fc.oneof(
  fc.constantFrom('a', 'b', '-', '--', '|', '#', '🙂', '(ab)', '(a-b)', '()'),
  fc.tuple(fc.nat(5_000), fc.constantFrom('ms', 's', 'm')).map(([count, unit]) => ` ${count}${unit} `),
  fc.constant(' 1.5s '),
);
const diagram = fc.array(part).map((parts) => parts.join(''));

function asRxjs(marbles: string) {
  return new TestScheduler(() => undefined).run(() =>
    (
      TestScheduler.parseMarbles(marbles, undefined, undefined, false, true) as {
        frame: number;
        notification: { kind: string; value?: string };
      }[]
    ).map(({ frame, notification: { kind, value } }) => ({
      frame,
      sign: kind === 'N' ? value : kind === 'C' ? '|' : '#',
    })),
  );
}

describe('readDiagram', () => {
  it('reads what TestScheduler.run reads, as it does', () => {
    fc.assert(
      fc.property(diagram, (marbles) => {
        expect(readDiagram('here', marbles).marks).toEqual(asRxjs(marbles));
      }),
    );
  });

  it('breaks over lines, and takes a time at the end', () => {
    expect(readDiagram('here', '\n  a 2s\n  b\t5ms')).toEqual({
      marks: [
        { frame: 0, sign: 'a' },
        { frame: 2_001, sign: 'b' },
      ],
      end: 2_007,
      open: false,
    });
  });

  it('knows where it ends, and that it looks no further', () => {
    expect(readDiagram('here', 'a 2s ...')).toMatchObject({ end: 2_001, open: true });
    expect(readDiagram('here', '...')).toEqual({ marks: [], end: 0, open: true });
    expect(readDiagram('here', '')).toEqual({ marks: [], end: 0, open: false });
  });

  it.each([
    ['a 2sb', 'This is not a time. Give a number with ms, s or m, and a space on both sides: a 2s b.', 2],
    ['a2s b', 'This is not a time. Give a number with ms, s or m, and a space on both sides: a 2s b.', 1],
    ['a 2h b', 'This is not a time. Give a number with ms, s or m, and a space on both sides: a 2s b.', 2],
    ['(a 2s b)', 'A time cannot be in a group. Close the group before it.', 3],
    ['(a(b))', 'A group cannot be in a group. Close the first one before it.', 2],
    ['a)', 'No group is open here. Remove it.', 1],
    ['(ab', 'The group is not closed. Add ).', 3],
    ['^ a', "'^' is for subscriptions only: expectLifecycle(event$, '^ 5s !').", 0],
    ['a !', "'!' is for subscriptions only: expectLifecycle(event$, '^ 5s !').", 2],
  ])('points at what is wrong with %s', (marbles, problem, at) => {
    expect(() => readDiagram('here', marbles)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTION',
        message: `here: ${problem}\n\n  ${marbles}\n  ${' '.repeat(at)}^`,
      }),
    );
  });
});

describe('writeDiagram', () => {
  it('writes what reads as the same', () => {
    fc.assert(
      fc.property(diagram, (marbles) => {
        const { marks } = readDiagram('here', marbles);
        const written = writeDiagram({ marks, open: false });
        if (written !== undefined) expect(readDiagram('here', written).marks).toEqual(marks);
      }),
    );
  });

  it.each([
    ['(sr) 1997ms (xb) 96ms (sr)'],
    ['a --- b - c 4ms d 12s e 1m 2s 3ms f 90m g'],
    ['29m 59s 996ms t'],
    ['s ...'],
    ['(s|)'],
    [''],
  ])('writes %s', (marbles) => {
    expect(writeDiagram(readDiagram('here', marbles))).toBe(marbles);
  });

  it('has no words for what follows a group more closely than that is long', () => {
    const marks = [
      { frame: 0, sign: 'a' },
      { frame: 0, sign: 'b' },
      { frame: 2, sign: 'c' },
    ];
    expect(writeDiagram({ marks, open: false })).toBeUndefined();
  });
});
