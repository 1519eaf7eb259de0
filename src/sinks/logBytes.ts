import type { Output } from '../model/childEvent.js';
import type { LineFormat } from '../model/childSpec.js';
import { chunksOf } from '../model/rawOutput.js';
import { formatBlock } from './formatBlock.js';
import { stripBytes } from './stripBytes.js';

export interface LogBytesOptions {
  readonly format: LineFormat;
  readonly stripANSI: boolean;
  /** Of the lines, in ms since the epoch. */
  readonly time: number;
  /** A format that throws costs the format, not the line. */
  readonly onFormatError: (error: unknown) => void;
}

/** An output as it stands in a log, in pieces. Raw output that is neither stripped nor formatted is passed on uncopied. */
export function logBytes(
  event: Output,
  { format, stripANSI, time, onFormatError }: LogBytesOptions,
): readonly Uint8Array[] {
  const chunks = chunksOf(event) ?? [Buffer.from(event.text)];
  if (!stripANSI && format === 'plain') return chunks;
  const whole = Buffer.concat(chunks);
  const block = stripANSI ? stripBytes(whole) : whole;
  if (format === 'plain') return [block];
  try {
    const about = { name: event.name, stream: event.stream, time };
    return [Buffer.from(formatBlock(format, block.toString(), about))];
  } catch (error) {
    onFormatError(error);
    return [block];
  }
}
