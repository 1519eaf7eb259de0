/** What a terminal draws two columns wide: East Asian wide and full-width forms, and emoji. Unicode, annex 11. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter();

/** What a reader takes for one character, each with the columns it takes on a terminal. */
export function terminalColumns(text: string): readonly { readonly segment: string; readonly columns: number }[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({ segment, columns: wide.test(segment) ? 2 : 1 }));
}
