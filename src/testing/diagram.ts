import type { Command } from '../model/command.js';
import { RxvisorError } from '../model/errors.js';

/** A sign of a diagram at its time. */
export interface Mark {
  /** In ms. */
  readonly frame: number;
  /** A letter, `|` or `#`. */
  readonly sign: string;
}

/** A marble diagram. */
export interface Diagram {
  readonly marks: readonly Mark[];
  /** The time of its end in ms. */
  readonly end: number;
  /** Whether it ends in `...`: later events are ignored. */
  readonly open: boolean;
}

/**
 * Reads a marble diagram.
 *
 * The syntax is that of `TestScheduler.run`: a sign, a `-` and each parenthesis of a group take 1 ms, and `2s` is a time. In
 * addition, a diagram may have several lines, and end in `...`.
 *
 * @param where the start of error messages: `fakeChild: diagram 1`
 * @throws RxvisorError with code `ERR_OPTION`. Its message points at the wrong character
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
      if (time === '')
        fail(at, 'This is not a time. Give a number with ms, s or m, and a space on both sides: a 2s b.');
      if (group !== undefined) fail(at, 'A time cannot be in a group. Close the group before it.');
      frame += Number(count) * (UNITS[unit] ?? 0);
      at += time.length - 1;
      continue;
    }
    if (sign === '(') {
      group = group === undefined ? frame : fail(at, 'A group cannot be in a group. Close the first one before it.');
    } else if (sign === ')') group = group === undefined ? fail(at, 'No group is open here. Remove it.') : undefined;
    else if (sign === '^' || sign === '!')
      fail(at, `'${sign}' is for subscriptions only: expectLifecycle(event$, '^ 5s !').`);
    else if (sign !== '-') marks.push({ frame: group ?? frame, sign });
    frame += 1;
    at += sign.length - 1;
  }
  if (group !== undefined) fail(text.length, 'The group is not closed. Add ).');
  return { marks, end: frame, open: text !== marbles && marbles.trimEnd().endsWith('...') };
}

/**
 * Writes a diagram that can be pasted into a test.
 *
 * Undefined if there is none: a group takes more ms than there are to the next sign.
 */
export function writeDiagram({ marks, open }: Pick<Diagram, 'marks' | 'open'>): string | undefined {
  const parts: string[] = [];
  let end = 0;
  for (const { frame, signs } of groupsOf(marks)) {
    if (frame < end) return undefined;
    parts.push(gap(frame - end), signs.length > 1 ? `(${signs.join('')})` : signs.join(''));
    end = frame + (signs.length > 1 ? signs.length + 2 : 1);
  }
  if (open) parts.push('...');
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * Reads a diagram of commands: `S` stop, `R` restart, `F` reset, `L` reopenLogs.
 *
 * @returns the arguments for `cold`: the diagram and its values
 * @throws RxvisorError with code `ERR_OPTION` for another letter
 */
export function commandsOf(marbles: string): readonly [string, Record<string, Command>] {
  for (const { sign } of readDiagram('managed: commands', marbles).marks) {
    if (sign === '|' || sign === '#' || Object.hasOwn(commands, sign)) continue;
    throw new RxvisorError(
      'ERR_OPTION',
      `managed: commands '${marbles}': '${sign}' is not a command. Use S stop, R restart, F reset or L reopenLogs. ` +
        `For others, give cold('1s h', { h: { type: 'signal', signal: 'SIGHUP' } }).`,
    );
  }
  // `cold` needs a space after a time.
  return [`${marbles.replace(/\s+/g, ' ')} `, { ...commands }];
}

/** Formats a time in ms, exact to the ms: `0`, `150ms`, `2.001s`, `22m1.6s`, `1h30m`. */
export function formatTime(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${decimal(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = decimal((ms % 60_000) / 1_000);
  return [
    hours > 0 ? `${String(hours)}h` : '',
    minutes > 0 ? `${String(minutes)}m` : '',
    seconds === '0' ? '' : `${seconds}s`,
  ].join('');
}

const TIME = /^(\d+(?:\.\d+)?)(ms|s|m)(?=\s|$)/;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

function groupsOf(marks: readonly Mark[]): readonly { readonly frame: number; readonly signs: string[] }[] {
  const groups: { readonly frame: number; readonly signs: string[] }[] = [];
  for (const { frame, sign } of marks) {
    const last = groups.at(-1);
    if (last?.frame === frame) last.signs.push(sign);
    else groups.push({ frame, signs: [sign] });
  }
  return groups;
}

function gap(ms: number): string {
  if (ms < 4 && Number.isInteger(ms)) return '-'.repeat(ms);
  if (ms < 10_000 && ms % 1_000 !== 0) return `${String(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  const rest = Number((ms % 1_000).toFixed(3));
  return [
    ...(minutes > 0 ? [`${String(minutes)}m`] : []),
    ...(seconds > 0 ? [`${String(seconds)}s`] : []),
    ...(rest > 0 ? [`${String(rest)}ms`] : []),
  ].join(' ');
}

function decimal(count: number): string {
  return String(Number(count.toFixed(3)));
}

const commands: Readonly<Record<string, Command>> = {
  S: { type: 'stop' },
  R: { type: 'restart' },
  F: { type: 'reset' },
  L: { type: 'reopenLogs' },
};
