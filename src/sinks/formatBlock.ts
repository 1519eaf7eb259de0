import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import type { LineFormat, LineOrigin } from '../model/childSpec.js';

/** A block of whole lines in the format of a log; a plain block is passed on as it is. */
export function formatBlock(format: LineFormat, text: string, about: LineOrigin): string {
  if (format === 'plain') return text;
  const line = formatter(format, about);
  return text.slice(0, -1).split('\n').map(line).join('\n') + '\n';
}

function formatter(format: Exclude<LineFormat, 'plain'>, about: LineOrigin): (line: string) => string {
  if (format === 'prefixed') return (line) => (about.name === undefined ? line : `${about.name}: ${line}`);
  if (format === 'json') {
    const time = new Date(about.time).toISOString();
    return (line) => JSON.stringify({ time, name: about.name, stream: about.stream, line });
  }
  return (line) => {
    const formatted: unknown = format(line, about);
    // A function without a return would cost the line.
    if (typeof formatted === 'string') return formatted;
    throw new RxvisorError('ERR_OPTION', `format(): ${show(formatted)} is not a line. Return a string.`);
  };
}
