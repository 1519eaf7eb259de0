import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

/** What may wait between two stages of a paused pipe. Node's own 16 chunks would be a MiB. One would stop at each. */
export const CHUNKS = 2;

/**
 * Decodes UTF-8, puts a `\n` after every `max` characters of a line that has none, and holds a line back until it is
 * whole: split2 behind it would gather it by concatenation, which is quadratic in time, and without bound.
 */
export function cuttingGuard(max: number, onCut: () => void): Transform {
  const decoder = new StringDecoder('utf8');
  let column = 0;
  const cutUp = (text: string): string => {
    let cutText = '';
    let start = 0;
    while (column + text.length - start > max) {
      const reach = start + max - column;
      const lineEnd = text.slice(start, reach + 1).lastIndexOf('\n') + 1;
      if (lineEnd > 0) {
        cutText += text.slice(start, start + lineEnd);
        start += lineEnd;
      } else {
        const end = splitsPair(text, reach) ? reach - 1 : reach;
        cutText += `${text.slice(start, end)}\n`;
        start = end;
        onCut();
      }
      column = 0;
    }
    const rest = text.slice(start);
    const lastEnd = rest.lastIndexOf('\n') + 1;
    column = lastEnd === 0 ? column + rest.length : rest.length - lastEnd;
    return cutText + rest;
  };
  /** What ends a line is passed on with all that came before it; the rest waits, unjoined. */
  let waiting: string[] = [];
  const wholeLines = (text: string): string | undefined => {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      waiting.push(text);
      return undefined;
    }
    const block = waiting.join('') + text.slice(0, end);
    waiting = end === text.length ? [] : [text.slice(end)];
    return block;
  };
  return new Transform({
    readableObjectMode: true,
    readableHighWaterMark: CHUNKS,
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, wholeLines(cutUp(decoder.write(chunk))));
    },
    flush: (done) => {
      const rest = [...waiting, cutUp(decoder.end())].join('');
      done(null, rest === '' ? undefined : rest);
    },
  });
}

/** Whether a cut before `index` would part the two halves of a character. */
function splitsPair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
