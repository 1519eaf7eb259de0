import { RxvisorError } from '../model/errors.js';

/** One sign of a diagram, and its time in ms: a letter, `|` or `#`. */
export interface Mark {
  readonly frame: number;
  readonly sign: string;
}

export interface Diagram {
  readonly marks: readonly Mark[];
  /** Where it ends, in ms. */
  readonly end: number;
  /** It ended in `...`: what follows is not looked at. */
  readonly open: boolean;
}

const TIME = /^(\d+(?:\.\d+)?)(ms|s|m)(?=\s|$)/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/**
 * Reads a marble diagram as `TestScheduler.run` does: a sign or a `-` takes 1 ms, so do the parentheses of a group,
 * and `2s` is a time. Beyond that, it may break over lines and end in `...`.
 *
 * @param where begins the message of an error: `fakeChild: diagram 1`
 * @throws RxvisorError with code `ERR_OPTION`, which points at the place
 */
export function readDiagram(where: string, marbles: string): Diagram {
  const text = marbles.replace(/\s*\.\.\.\s*$/, '');
  const marks: Mark[] = [];
  let frame = 0;
  let group: number | undefined;

  const fail = (at: number, remedy: string): never => {
    const line = marbles.replace(/\s/g, ' ');
    throw new RxvisorError('ERR_OPTION', `${where}: ${remedy}\n\n  ${line}\n  ${' '.repeat(at)}^`);
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (/\s/.test(sign)) continue;
    if (/[0-9]/.test(sign)) {
      const apart = at === 0 || /\s/.test(text.charAt(at - 1));
      const [time = '', count, unit = ''] = (apart ? TIME.exec(text.slice(at)) : undefined) ?? [];
      if (time === '') fail(at, 'A time is a number with ms, s or m, and a space on either side: a 2s b.');
      if (group !== undefined) fail(at, 'No time passes in a group. Close it before.');
      frame += Number(count) * (UNITS[unit] ?? 0);
      at += time.length - 1;
      continue;
    }
    if (sign === '(') group = group === undefined ? frame : fail(at, 'A group in a group. Close the first one before.');
    else if (sign === ')') group = group === undefined ? fail(at, 'No group is open here.') : undefined;
    else if (sign === '^' || sign === '!')
      fail(at, `'${sign}' is for subscriptions: expectLifecycle(event$, '^ 5s !').`);
    else if (sign !== '-') marks.push({ frame: group ?? frame, sign });
    frame += 1;
    at += sign.length - 1;
  }
  if (group !== undefined) fail(text.length, 'The group is not closed.');
  return { marks, end: frame, open: text !== marbles && marbles.trimEnd().endsWith('...') };
}
