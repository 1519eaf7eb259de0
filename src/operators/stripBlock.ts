import strip from 'strip-ansi';

/**
 * Introducers of the sequences that run up to a terminator, whatever lies between: OSC, DCS, SOS, PM, APC and the
 * `ESC k` of screen, in their 7-bit and C1 forms. ECMA-48, section 5.6.
 */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const stringIntroducer = /\u001B[\]PX^_k]|[\u0090\u0098\u009D-\u009F]/;

/** Strips a block of whole lines. Blocks go through strip-ansi as one, unless an unterminated string could cross a line. */
export function stripBlock(text: string): string {
  return stringIntroducer.test(text)
    ? text
        .split('\n')
        .map((line) => strip(line))
        .join('\n')
    : strip(text);
}
