/**
 * What a terminal would act upon, or not show: control characters (ESC, BEL, C1), line and paragraph separators, and format
 * characters (those that turn the direction of the text, zero width ones, invisible tags). Unicode, general categories.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text on one line that steers no terminal and hides nothing: what could is written as an escape, `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(invisible, escaped);
}

/** The same for several lines: line ends and tabs stay. */
export function escapeControlsInLines(text: string): string {
  return text.replace(invisible, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

/** As JSON and JavaScript write it, so that JSON stays JSON: UTF-16, four digits each. */
function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
